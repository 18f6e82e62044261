namespace Patchbay.Server.Sessions;

/// <summary>What many wait for until someone tells. They go on elsewhere, so it may be told under a lock. Not safe for concurrent use: the owner's lock is held.</summary>
/// <param name="later">Runs something later; null for the thread pool. A simulation of one thread takes it in its own hand.</param>
internal sealed class Wake(Action<Action>? later)
{
    private TaskCompletionSource? _waiting;
    private List<TaskCompletionSource>? _own;

    /// <summary>Completes when it is told the next time.</summary>
    public Task NextAsync()
    {
        if (later is null)
            return (_waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        // Of several that wait for one task only the last goes on at once.
        var own = new TaskCompletionSource();
        (_own ??= []).Add(own);
        return own.Task;
    }

    /// <summary>Wakes those who wait.</summary>
    public void Tell()
    {
        _waiting?.SetResult();
        _waiting = null;
        foreach (var own in _own ?? [])
            later!(() => own.TrySetResult());
        _own = null;
    }
}
