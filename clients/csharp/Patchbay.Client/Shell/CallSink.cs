using System.Text.Json;

namespace Patchbay.Client.Shell;

/// <summary>One answer, as a task; a token of the caller's cancels it on the server too.</summary>
internal sealed class CallSink(Driver driver, Action<McpProgress>? onProgress) : Sink(onProgress)
{
    private readonly TaskCompletionSource<JsonElement> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;

    public Task<JsonElement> Task => _completion.Task;

    public long Handle { get; set; }

    /// <summary>From now on the token cancels it.</summary>
    public void Obey(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
            return;
        _registration = cancellationToken.UnsafeRegister(static (state, token) => ((CallSink)state!).Cancel(token), this);
        if (Task.IsCompleted)
            _registration.Unregister();
    }

    public override void Resolved(JsonElement result)
    {
        // In this order: Obey looks whether it was too late, after it has registered.
        _completion.TrySetResult(result);
        _registration.Unregister();
    }

    public override void Failed(McpException error)
    {
        _completion.TrySetException(error);
        _registration.Unregister();
        // It may be that nobody waits any more: then nobody is to be warned either.
        _ = _completion.Task.Exception;
    }

    private void Cancel(CancellationToken token)
    {
        if (_completion.TrySetCanceled(token))
            driver.Cancel(Handle);
    }
}
