namespace Patchbay.Tools.System.Checks;

/// <summary>The components of a diagnostic run.</summary>
internal static class Components
{
    public const string System = "system";
    public const string Network = "network";
    public const string Services = "services";
}
