namespace Patchbay.Tools.System.Performance;

/// <summary>What a figure speaks of: the whole machine, or what a container's limit leaves of it.</summary>
internal enum MetricScope
{
    Host,
    Container,
}
