using Patchbay.Client.Core;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Shell;

/// <summary>What the transport and the clock tell, and carrying out what the core asks for. All of it under the lock.</summary>
internal sealed partial class Driver
{
    public void TransportOpened(SocketTransport transport)
    {
        lock (_lock)
        {
            if (!IsCurrent(transport))
                return;
            _core.Opened(Now);
            CarryOut();
        }
    }

    public void TransportRefused(SocketTransport transport, Refusal refusal)
    {
        lock (_lock)
        {
            if (!IsCurrent(transport))
                return;
            _core.OpenFailed(refusal.Status, refusal.RetryAfter, refusal.Text, refusal.Code, Now);
            CarryOut();
        }
    }

    public void TransportClosed(SocketTransport transport, int code, string reason)
    {
        lock (_lock)
        {
            if (!IsCurrent(transport))
                return;
            _core.Closed(code, reason, Now);
            CarryOut();
        }
    }

    public void TransportText(SocketTransport transport, ReadOnlySpan<byte> text)
    {
        lock (_lock)
        {
            if (!IsCurrent(transport))
                return;
            _core.Text(text, Now);
            CarryOut();
        }
    }

    private bool IsCurrent(SocketTransport transport) => ReferenceEquals(transport, _transport) && !transport.IsDropped;

    private void Tick()
    {
        lock (_lock)
        {
            _timerDue = double.PositiveInfinity;
            _core.Tick(Now);
            CarryOut();
        }
    }

    private void CarryOut()
    {
        _core.TakeInto(_outputs);
        for (var i = 0; i < _outputs.Count; i++)
            CarryOut(_outputs[i]);
        _outputs.Clear();
        SetTimer();
    }

    private void CarryOut(in Output output)
    {
        switch (output.Kind)
        {
            case OutputKind.Send:
                _transport!.Send(output.Message);
                break;
            case OutputKind.Resolve:
                if (_sinks.Remove(output.Number, out var resolved))
                    resolved.Resolved(output.Json);
                MakeRoom(output.Number);
                break;
            case OutputKind.Fail:
                if (_sinks.Remove(output.Number, out var failed))
                    failed.Failed(output.Error!);
                MakeRoom(output.Number);
                break;
            case OutputKind.Chunk:
                if (_sinks.TryGetValue(output.Number, out var stream) && stream.Chunk(output.Json) && _full.Add(output.Number))
                    Pause(true);
                break;
            case OutputKind.Progress:
                if (_sinks.TryGetValue(output.Number, out var sink) && sink.OnProgress is { } onProgress)
                    Tell(onProgress, (McpProgress)output.Value!);
                break;
            case OutputKind.Open:
                var previous = _transport;
                _transport = new SocketTransport(Options, _trust, this);
                _transport.Pause(_full.Count > 0);
                _transport.Start(previous);
                break;
            case OutputKind.Drop:
                _transport!.Drop((int)output.Number, output.Text);
                break;
            case OutputKind.State:
                State(output.State, output.Error);
                break;
            case OutputKind.Event:
                Tell(EventReceived, (McpEvent)output.Value!);
                break;
            case OutputKind.Diagnostic:
                Tell(DiagnosticReceived, (McpDiagnostic)output.Value!);
                break;
            case OutputKind.SessionLost:
                SessionLost?.Invoke(output.Text);
                break;
        }
    }

    private void State(McpConnectionState state, McpException? error)
    {
        _stateChanged.SetResult();
        _stateChanged = NewSignal();
        if (state is McpConnectionState.Connected or McpConnectionState.Closed)
        {
            foreach (var waiter in _waiters)
            {
                if (state == McpConnectionState.Connected)
                    waiter.TrySetResult();
                else
                    waiter.TrySetException(error is null ? McpErrors.Make(ErrorCodes.ConnectionLost, "Closed by the caller.") : McpErrors.Again(error));
            }

            _waiters.Clear();
        }

        Tell(StateChanged, state);
        if (state == McpConnectionState.Closed && error is not null)
            ClosedByItself?.Invoke(error);
    }

    private void MakeRoom(long handle)
    {
        if (_full.Remove(handle) && _full.Count == 0)
            Pause(false);
    }

    private void Pause(bool isPaused)
    {
        _core.ConsumerPaused(isPaused, Now);
        _transport?.Pause(isPaused);
    }

    private void Tell<T>(Action<T>? callback, T told)
    {
        if (callback is not null)
            _callbacks.Call(() => callback(told));
    }

    // From the callbacks themselves.
    private void TellDiagnostic(McpDiagnostic diagnostic, bool isReport)
    {
        if (DiagnosticReceived is { } callback)
            _callbacks.Call(() => callback(diagnostic), isReport);
    }

    // Moved only to an earlier time: a timer that comes too early finds nothing due, which is cheaper than moving it with each message.
    private void SetTimer()
    {
        var due = _core.NextDeadline;
        if (due >= _timerDue && !double.IsPositiveInfinity(due))
            return;
        if (due.Equals(_timerDue))
            return;
        _timerDue = due;
        if (double.IsPositiveInfinity(due))
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // Rounded up: the system's timers count whole milliseconds.
        var wait = Math.Clamp(Math.Ceiling((due - Now) * 1000), 0, int.MaxValue);
        _timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }
}
