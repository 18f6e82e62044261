namespace Patchbay.Server.Guard.Audit;

/// <summary>Keeps two processes (a server, and an operator's command) from writing to one log at the same moment.</summary>
internal static class AuditLock
{
    private const string FileName = "audit.lock";
    private const int Attempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the lock, for some two seconds.</summary>
    /// <exception cref="IOException">Another process has held it all the time, or the directory cannot be written.</exception>
    public static async Task<IDisposable> AcquireAsync(string directory, TimeProvider time, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException) when (attempt < Attempts && Directory.Exists(directory))
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
