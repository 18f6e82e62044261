using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Dispatch;
using Patchbay.Server.Dispatch.Methods;
using Patchbay.Server.Guard;
using Patchbay.Server.Guard.Keys;
using Patchbay.Tools;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>One client's session: who it is, what runs for it, what it wants to be told. Every message passes here in one place, whatever its dialect.</summary>
internal sealed class Session : IToolSession
{
    private readonly Connection _connection;
    private readonly CancellationTokenSource _ended = new();
    private readonly Gate _gate;
    private ClientInfo? _client;
    private long _received;
    private long _pingedAfter;

    public Session(Engine engine, ApiKey key, IPAddress address, Connection connection)
    {
        Engine = engine;
        Key = key;
        Address = address;
        _connection = connection;
        SessionId = engine.Ids.Next("ses-");
        ClientId = engine.Ids.Next("client-");
        ConnectedAt = engine.Time.GetUtcNow();
        Calls = new CallTable(engine.Options.Limits.MaxInFlight);
        Outbox = new Outbox(connection, engine.Traffic);
        _gate = new Gate(engine, this);
    }

    public Engine Engine { get; }

    public ApiKey Key { get; }

    /// <summary>The address the client connected from.</summary>
    public IPAddress Address { get; }

    public DateTimeOffset ConnectedAt { get; }

    public Connection Connection => _connection;

    public Outbox Outbox { get; }

    public CallTable Calls { get; }

    public Subscriptions Subscriptions { get; } = new();

    /// <summary>Who the client said it is, or null before it did.</summary>
    public ClientInfo? Client => _client;

    /// <summary>Messages received so far.</summary>
    public long Received => Interlocked.Read(ref _received);

    public string SessionId { get; }

    public string ClientId { get; }

    public string KeyId => Key.Id;

    public CancellationToken Ended => _ended.Token;

    public bool HasScope(string scope) => Key.Scopes.Has(scope);

    public bool IsSubscribed(string eventType) => Subscriptions.Has(eventType);

    public void Publish<T>(string eventType, string source, T data, JsonTypeInfo<T> typeInfo)
    {
        if (IsSubscribed(eventType))
            Publish(eventType, source, (data, typeInfo), static (writer, state) => JsonSerializer.Serialize(writer, state.data, state.typeInfo));
    }

    /// <summary>Sends an event of which only the newest matters.</summary>
    public void Publish<TState>(string eventType, string source, TState state, Action<Utf8JsonWriter, TState> data)
    {
        Outbox.QueueLatest(eventType, Outbox.WriteEvent(eventType, source, state, data));
        Outbox.Flush();
    }

    /// <summary>Sends a diagnostic.</summary>
    public void Tell(DiagnosticLevel level, string component, string text, JsonObject? details)
    {
        var message = new OutboundMessage();
        EnvelopeWriter.Diagnostic(message, Outbox.NextNumber(), level, component, text, details);
        Outbox.QueueLatest("diagnostic " + component, message);
        Outbox.Flush();
    }

    /// <summary>Takes what the client says of itself; false when it has done so before.</summary>
    public bool TryIntroduce(ClientInfo client) => Interlocked.CompareExchange(ref _client, client, null) is null;

    /// <summary>Whether a ping is due: once for each silence, told apart by when it began.</summary>
    public bool TryMarkPinged(long silentSince)
    {
        if (_pingedAfter == silentSince)
            return false;
        _pingedAfter = silentSince;
        return true;
    }

    /// <summary>Handles one message, or answers the one that could not be read.</summary>
    /// <param name="outcome">What reading it came to.</param>
    /// <param name="receivedAt">When its text was complete.</param>
    /// <param name="isAlone">Whether it came in a text of its own.</param>
    /// <param name="bytes">How long its text was.</param>
    public void Receive(in ReadOutcome outcome, long receivedAt, bool isAlone, int bytes)
    {
        Interlocked.Increment(ref _received);
        Engine.Traffic.CountReceived();
        if (!_gate.Admit(outcome, bytes))
            return;
        if (outcome.Error is { } error)
        {
            Refuse(outcome, error);
            return;
        }

        // Nothing has a number in a session that cannot be resumed, so there is nothing to acknowledge beyond 0.
        if (outcome.Message!.Ack > 0)
        {
            Refuse(outcome, ProtocolError.Format("ack", "Nothing with that number was sent."));
            return;
        }

        switch (outcome.Message)
        {
            case RequestMessage request:
                Engine.Dispatcher.Dispatch(new Call(this, request, receivedAt, isAlone));
                break;
            case HeartbeatMessage heartbeat:
                AnswerHeartbeat(heartbeat);
                break;
        }
    }

    /// <summary>Sends the reason, when the code has one, and closes.</summary>
    public void Close(CloseCode code, ProtocolError? error = null, string? reason = null)
    {
        if (_connection.IsClosing)
            return;
        if (error is null && code.Error is { } why)
            error = new ProtocolError(why, why.Meaning);
        if (error is not null)
            Outbox.SendError(Dialect.Envelope, null, error);
        _connection.Close(code, reason);
    }

    /// <summary>The session is over: what runs for it is stopped.</summary>
    public void End()
    {
        foreach (var call in Calls.Close())
            call.Abandon();
        _ = _ended.CancelAsync();
    }

    private void Refuse(in ReadOutcome outcome, ProtocolError error)
    {
        Outbox.SendError(outcome.Dialect, outcome.RequestId, error);
        _gate.NoteInvalid(error);
    }

    private void AnswerHeartbeat(HeartbeatMessage heartbeat)
    {
        var message = new OutboundMessage();
        EnvelopeWriter.Heartbeat(message, Outbox.NextNumber(), ClientId, Engine.UptimeSeconds, heartbeat.Id);
        Outbox.Send(message);
    }
}
