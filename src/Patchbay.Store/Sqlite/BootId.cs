namespace Patchbay.Store.Sqlite;

/// <summary>Tells one run of the operating system from the next: what was not synced is lost in between.</summary>
internal static class BootId
{
    private const string LinuxFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>The id of this run; elsewhere than on Linux empty, and then every end that was not clean counts as a power loss.</summary>
    public static string Read()
    {
        try
        {
            return File.Exists(LinuxFile) ? File.ReadAllText(LinuxFile).Trim() : "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
