using System.Diagnostics;

namespace Patchbay.Store.Tests.Sqlite;

/// <summary>A file system of a few megabytes in memory, where the machine lets the test mount one.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly TempDirectory _directory = new();

    private TinyDisk()
    {
    }

    public string Path => _directory.Path;

    private string Ballast => _directory.File("ballast");

    /// <summary>Mounts one, or null when that is not allowed here.</summary>
    public static TinyDisk? TryMount(int megabytes)
    {
        var disk = new TinyDisk();
        if (OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path))
            return disk;
        disk._directory.Dispose();
        return null;
    }

    /// <summary>Takes all space that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // No space left: as wanted.
        }
    }

    /// <summary>Gives it back.</summary>
    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", Path);
        _directory.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
