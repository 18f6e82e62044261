using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Sampling;

/// <summary>The limits a container puts on this process.</summary>
internal interface IContainerSource : IMetricSource<ContainerReport?>
{
    /// <summary>The host's figures, or the container's where it has a limit tighter than the host.</summary>
    CpuReport Scope(CpuReport host, in SampleWindow window);

    /// <summary>The host's figures, or the container's where it has a limit tighter than the host.</summary>
    MemoryReport Scope(MemoryReport host);
}
