using System.Text.Json.Nodes;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Core;

/// <summary>The end of a connection.</summary>
internal sealed partial class Lifecycle
{
    /// <summary>The client ends the connection.</summary>
    public void Drop(int code, string reason, Ending ending, double now)
    {
        _outbox.Emit(new Output(OutputKind.Drop, code, reason));
        Lost(ending, now);
    }

    /// <summary>The connection, or the attempt at one, is over.</summary>
    public void Lost(Ending ending, double now)
    {
        var error = ending.Error;
        if (Step == Step.Ready)
            _plan.LostAfter(now - _readyAt);
        Step = Step.Backoff;
        _meter.LastError = error;
        if (!_wasReady || !_options.Reconnect || !ending.MayReconnect)
        {
            End(error, now, byUser: false);
            return;
        }

        if (_plan.NextDelay(Math.Max(ending.NamedDelay, DrainDelay)) is not { } delay)
        {
            var last = new JsonObject { ["error_code"] = error.Code, ["error_message"] = error.Message };
            var details = new JsonObject { ["attempts"] = _plan.Attempts, ["last_error"] = last };
            End(McpErrors.Make(ErrorCodes.ReconnectionFailed, $"Gave up after {_plan.Attempts} attempts.", details), now, byUser: false);
            return;
        }

        StopTimers();
        _meter.ReconnectAttempts++;
        _timers.Set(TimerKey.Backoff, now + delay);
        var isFirst = State == McpConnectionState.Connected;
        SetState(McpConnectionState.Reconnecting, error);
        _local.Say(
            DiagnosticLevel.Warning, "reconnecting", $"{error.Message} Attempt {_plan.Attempts} in {delay:0.0} s.",
            new JsonObject { ["attempt"] = _plan.Attempts, ["delay_ms"] = Math.Round(delay * 1000), ["error_code"] = error.Code });
        if (isFirst && !_session.CanResume)
            _outbox.Emit(new Output(OutputKind.SessionLost, Value: "not_resumable"));
        _table.ConnectionLost(_session.CanResume, now);
    }

    /// <summary>Closed for good, until the user connects again.</summary>
    public void End(McpException error, double now, bool byUser)
    {
        if (_wasReady)
            _outbox.Emit(new Output(OutputKind.SessionLost, Value: "closed"));
        Step = Step.None;
        _wasReady = false;
        StopTimers();
        _session.Forget();
        ClosingError = byUser ? null : error;
        if (!byUser)
            _meter.LastError = error;
        _table.FailAll(error, now);
        SetState(McpConnectionState.Closed, ClosingError);
    }

    private void StopTimers()
    {
        _timers.Clear(TimerKey.Connect);
        _timers.Clear(TimerKey.Ack);
        _timers.Clear(TimerKey.Backoff);
        _timers.Clear(TimerKey.Gate);
        Heartbeat.End();
    }

    private void SetState(McpConnectionState state, McpException? error = null)
    {
        if (state == State)
            return;
        State = state;
        _outbox.Emit(new Output(OutputKind.State, (int)state, error));
    }
}
