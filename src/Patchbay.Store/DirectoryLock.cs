namespace Patchbay.Store;

/// <summary>Keeps a second server off a data directory. The operator's commands do not take it.</summary>
internal static class DirectoryLock
{
    /// <summary>Takes the lock; it ends with the process, however that ends.</summary>
    /// <exception cref="StoreException">Another server has it, or the directory cannot be used.</exception>
    public static IDisposable Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The data directory {directory} cannot be made: {fault.Message}", fault);
        }

        string path = Path.Combine(directory, "server.lock");
        try
        {
            // FileShare.None is flock(LOCK_EX) here: the kernel frees it when the process dies, so there is nothing stale to clear away.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault) when (fault is not FileNotFoundException and not DirectoryNotFoundException)
        {
            throw new StoreException($"Another server works on the data directory {directory}; stop it, or choose another with Patchbay__DataDirectory.", fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new StoreException($"The data directory {directory} cannot be written: {fault.Message}", fault);
        }
    }
}
