namespace Patchbay.Store;

/// <summary>The directory of a server's data, and the lock that keeps a second server off it.</summary>
internal static class DataDirectory
{
    /// <summary>Makes the directory when it is not there; what is in it is for its owner only.</summary>
    /// <exception cref="StoreException">It cannot be made.</exception>
    public static void Make(string directory)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The data directory {directory} cannot be made: {fault.Message}", fault);
        }
    }

    /// <summary>Makes and locks the directory for a server. The operator's commands do not lock it. The lock ends with the process, however that ends.</summary>
    /// <exception cref="StoreException">Another server has it, or the directory cannot be used.</exception>
    public static IDisposable Lock(string directory)
    {
        Make(directory);
        try
        {
            // FileShare.None is flock(LOCK_EX) here: the kernel frees it when the process dies, so there is nothing stale to clear away.
            return new FileStream(Path.Combine(directory, "server.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException || IsNoSpace(fault))
        {
            throw new StoreException($"The data directory {directory} cannot be written: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new StoreException($"Another server works on the data directory {directory}; stop it, or choose another with Patchbay__DataDirectory.", fault);
        }
    }

    // ENOSPC is 28 on Linux and macOS; ERROR_DISK_FULL is 112 on Windows.
    private static bool IsNoSpace(Exception fault) => fault is IOException && (fault.HResult & 0xFFFF) is 28 or 112;
}
