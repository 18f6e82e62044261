namespace Patchbay.Tools.System.Linux;

/// <summary>Where the kernel's files are; other roots serve a container that sees the host's under a mount, and recorded trees.</summary>
/// <param name="Proc">The root of procfs.</param>
/// <param name="RootFs">What stands before every mount point and sysfs path; empty for the machine itself.</param>
internal sealed record LinuxPaths(string Proc, string RootFs)
{
    /// <summary>The roots the settings name.</summary>
    public static LinuxPaths Of(SystemOptions options) => new(options.ProcRoot, options.RootFs.TrimEnd('/'));

    /// <summary>A file of procfs.</summary>
    public ProcFile File(string relative) => new(Path.Combine(Proc, relative));

    /// <summary>An absolute path of the machine, seen from here.</summary>
    public string OnHost(string absolute) => RootFs + absolute;
}
