namespace Patchbay.Server.Guard;

/// <summary>Tells one waiter that something has happened since it last looked, once however often it happened. Safe for concurrent use.</summary>
internal sealed class Signal
{
    private volatile TaskCompletionSource _next = New();

    /// <summary>Ends the wait.</summary>
    public void Set() => _next.TrySetResult();

    /// <summary>Completes at once when <see cref="Set"/> was called since the last <see cref="Reset"/>, else at the next call.</summary>
    public Task Occurred => _next.Task;

    /// <summary>Starts anew; what happens from here on completes the next wait. The waiter looks at the cause after this, so nothing is missed.</summary>
    public void Reset()
    {
        if (_next.Task.IsCompleted)
            _next = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
