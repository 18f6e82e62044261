using Patchbay.Client.Core;
using Patchbay.Protocol.Envelope;

namespace Patchbay.Client.Shell;

/// <summary>Runs the user's callbacks one after the other, outside the receiving task.</summary>
/// <remarks>A queue of 1,000; when it is full the oldest is dropped, counted and told. Its task lives only while there is something to do.</remarks>
internal sealed class Callbacks(Action<McpDiagnostic, bool> tell)
{
    private const int Capacity = 1000;

    private readonly Lock _lock = new();
    private readonly Queue<(Action Callback, bool IsReport)> _queue = new();
    private readonly AsyncLocal<bool> _isInside = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private int _dropped;

    /// <summary>Queues one call.</summary>
    /// <param name="callback">What to call.</param>
    /// <param name="isReport">Whether it is told of a failed callback.</param>
    public void Call(Action callback, bool isReport = false)
    {
        lock (_lock)
        {
            if (_queue.Count == Capacity)
            {
                _queue.Dequeue();
                _dropped++;
            }

            _queue.Enqueue((callback, isReport));
            if (_isRunning)
                return;
            _isRunning = true;
            _running = Task.Run(Run);
        }
    }

    /// <summary>Waits for what is queued; after the time it is given up. Called by a callback itself it returns at once.</summary>
    public async Task DrainedAsync(TimeSpan most, TimeProvider time)
    {
        Task running;
        lock (_lock)
            running = _running;
        if (_isInside.Value)
            return;
        try
        {
            await running.WaitAsync(most, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            lock (_lock)
                _queue.Clear();
        }
    }

    private void Run()
    {
        _isInside.Value = true;
        while (Next() is var (callback, isReport))
        {
            try
            {
                callback();
            }
            catch (Exception fault)
            {
                // It is the user's code: whatever it throws harms nobody else. Told once: what fails at hearing of it is not told again.
                if (!isReport)
                    tell(LocalDiagnostics.Make(DiagnosticLevel.Warning, "callback_failed", $"A callback failed: {fault.GetType().Name}: {fault.Message}"), true);
            }
        }
    }

    private (Action Callback, bool IsReport)? Next()
    {
        var dropped = 0;
        lock (_lock)
        {
            if (_queue.TryDequeue(out var callback))
                return callback;
            (dropped, _dropped) = (_dropped, 0);
            if (dropped == 0)
            {
                _isRunning = false;
                return null;
            }
        }

        tell(LocalDiagnostics.Make(
            DiagnosticLevel.Warning, "callback_dropped", $"{dropped} callbacks were dropped: they come faster than they are handled.", new() { ["count"] = dropped }), true);
        return (static () => { }, true);
    }
}
