using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Core;

/// <summary>The client as a state machine without socket, clock or chance (docs/design/clients.md).</summary>
/// <remarks>
/// Every input takes <c>now</c>, monotonic seconds. After each the shell carries out <see cref="TakeInto"/> in order, and calls <see cref="Tick"/> at
/// <see cref="NextDeadline"/>. Not thread-safe; one transport at a time.
/// </remarks>
internal sealed partial class ClientCore
{
    private readonly McpClientOptions _options;
    private readonly SessionState _session = new();
    private readonly Timers _timers = new();
    private readonly AckPace _ackPace = new();
    private readonly Meter _meter;
    private readonly Outbox _outbox;
    private readonly RequestTable _table;
    private readonly Lifecycle _life;
    private long _eventsSent;

    /// <param name="options">What the user asked for.</param>
    /// <param name="random">Chance, from 0 to less than 1.</param>
    /// <param name="wall">The time of day, for the stamps of violations only.</param>
    public ClientCore(McpClientOptions options, Func<double> random, Func<DateTimeOffset> wall)
    {
        _options = options;
        _meter = new Meter(wall);
        _outbox = new Outbox(_session, _meter, options.ProtocolVersion);
        var local = new LocalDiagnostics(_outbox);
        _table = new RequestTable(options, _outbox, _timers, _meter, local, random);
        _life = new Lifecycle(options, _outbox, _timers, _meter, local, _session, _table, random);
        _table.AnsweredWell = _life.Subscriptions.Note;
    }

    public McpConnectionState State => _life.State;

    public string? ClientId => _life.ClientId;

    public string? SessionId => _session.SessionId;

    public McpServerInfo Server => _life.Server;

    public McpLimits Limits => _outbox.Limits;

    public McpException? ClosingError => _life.ClosingError;

    public int OpenRequests => _table.Count;

    /// <summary>Whether the server numbers its messages.</summary>
    internal bool IsNumbered => _session.Numbered;

    /// <summary>When <see cref="Tick"/> is due at the latest, or infinity. It may be earlier than needed, never later.</summary>
    public double NextDeadline => Math.Min(_timers.Next, _table.Next);

    /// <summary>Moves what is to be done to the end of a list, in order.</summary>
    public void TakeInto(List<Output> outputs) => _outbox.TakeInto(outputs);

    /// <summary>The diagnostics of protocol section 9.</summary>
    public JsonObject Report(double now) => _meter.Report(now, State);

    // --- inputs of the user

    /// <summary>Begins; nothing happens unless the state is closed.</summary>
    public void Connect(double now)
    {
        if (State != McpConnectionState.Closed)
            return;
        _meter.Started(now);
        _life.Begin(now);
    }

    /// <summary>A request; its handle.</summary>
    public long Request(Request request, double now)
    {
        var handle = _table.Add(request, now);
        if (State == McpConnectionState.Closed)
            _table.FailAll(_life.ClosingError ?? McpErrors.Make(ErrorCodes.ConnectionFailed, "Not connected: call ConnectAsync first."), now);
        _table.Leave(now);
        return handle;
    }

    /// <summary>The caller has gone.</summary>
    public void Cancel(long handle, double now)
    {
        _table.Cancel(handle, now);
        _table.Leave(now);
    }

    /// <summary>Subscribes to the server's diagnostics now and after every lost session; null ends that.</summary>
    public void WantDiagnostics(JsonObject? parameters, double now)
    {
        _life.Subscriptions.WantDiagnostics(parameters, now);
        _table.Leave(now);
    }

    /// <summary>The shell holds reading back because a consumer is slow: silence is not the server's then.</summary>
    public void ConsumerPaused(bool isPaused, double now) => _life.Heartbeat.Pause(isPaused, now);

    /// <summary>The user closes. The Close frame with 1000 also ends the session on the server.</summary>
    public void Close(double now)
    {
        if (State == McpConnectionState.Closed)
            return;
        if (_life.HasTransport)
            _outbox.Emit(new Output(OutputKind.Drop, CloseCodes.Normal.Code, ""));
        _life.End(McpErrors.Make(ErrorCodes.ConnectionLost, "Closed by the caller."), now, byUser: true);
    }

    // --- inputs of the transport

    /// <summary>The WebSocket is open.</summary>
    public void Opened(double now) => _life.Opened(now);

    /// <summary>No WebSocket came of it; see <see cref="Ending.OfHandshake"/>.</summary>
    public void OpenFailed(int? status, double? retryAfter, string text, string? code, double now)
    {
        if (_life.Step == Step.Opening)
            _life.Lost(Ending.OfHandshake(status, retryAfter, text, code), now);
    }

    /// <summary>The transport has ended; 1006 when there was no Close.</summary>
    public void Closed(int code, string reason, double now)
    {
        if (_life.HasTransport)
            _life.Lost(Ending.OfClose(code, reason, _life.Told, _options), now);
    }

    /// <summary>One whole text message.</summary>
    public void Text(ReadOnlySpan<byte> text, double now)
    {
        if (!_life.HasTransport)
            return;
        _life.Heartbeat.Heard(now);
        try
        {
            Elements(text, now);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Not JSON, a name twice, or a lone surrogate where a text is wanted.
            _meter.MessageIn(now);
            Invalid("text");
        }

        Acknowledge(now);
        _table.Leave(now);
    }

    /// <summary>Time has passed.</summary>
    public void Tick(double now)
    {
        while (true)
        {
            var due = _timers.Next;
            if (_table.PopDue(Math.Min(due, now), now))
                continue;
            if (due > now)
                break;
            Alarm(_timers.Pop(), now);
        }

        _table.Leave(now);
    }

    private void Alarm(TimerKey key, double now)
    {
        switch (key)
        {
            case TimerKey.Connect:
                var text = $"Not connected within {_options.ConnectTimeout.TotalSeconds:0.###} s.";
                var late = McpErrors.Make(ErrorCodes.ConnectionFailed, text, new JsonObject { ["source"] = "client" });
                _life.Drop(CloseCodes.HeartbeatTimeout.Code, "connect timeout", new Ending(late, MayReconnect: true), now);
                break;
            case TimerKey.Backoff:
                _life.Open(now);
                break;
            case TimerKey.Heartbeat:
                _life.Heartbeat.Beat(ClientId ?? "", now);
                break;
            case TimerKey.Silence:
                var silent = McpErrors.Make(ErrorCodes.HeartbeatTimeout, "Nothing was heard for two heartbeat intervals.");
                _meter.Violation("heartbeat_timeout", []);
                _life.Drop(CloseCodes.HeartbeatTimeout.Code, ErrorCodes.HeartbeatTimeout.Name, new Ending(silent, MayReconnect: true), now);
                break;
            case TimerKey.Ack:
                Ack(now);
                break;
        }
    }
}
