namespace Patchbay.Tools.System.Checks;

/// <summary>Counts the exceptions of tasks that nobody looked at.</summary>
internal sealed class UnobservedFaults : IDisposable
{
    private long _count;

    public UnobservedFaults() => TaskScheduler.UnobservedTaskException += OnUnobserved;

    /// <summary>How many there were since the server started.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => TaskScheduler.UnobservedTaskException -= OnUnobserved;

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs fault) => Interlocked.Increment(ref _count);
}
