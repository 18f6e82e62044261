using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Diagnostics;
using Patchbay.Server.Dispatch.Methods;
using Patchbay.Server.Events;
using Patchbay.Server.Guard.Keys;
using Patchbay.Store;
using Patchbay.Store.Sessions;
using Patchbay.Tools;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>One client's session: who it is, what runs for it, what it wants to be told. A resumable one outlives its connection, and the process.</summary>
internal sealed class Session : IToolSession
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private ClientInfo? _client;
    private long _received;
    private long _pingedAfter;
    private long _fullSince;

    /// <summary>A new session on its connection.</summary>
    public Session(Engine engine, ApiKey key, IPAddress address, Connection connection, ConnectionSettings settings)
        : this(engine, key, address, connection, settings, engine.Ids.Next("ses-"), engine.Ids.Next("client-"))
    {
    }

    private Session(Engine engine, ApiKey key, IPAddress address, Connection? connection, ConnectionSettings settings, string sessionId, string clientId)
    {
        Engine = engine;
        Key = key;
        Address = address;
        Connection = connection;
        Settings = settings;
        SessionId = sessionId;
        ClientId = clientId;
        StartedAt = ConnectedAt = engine.Time.GetUtcNow();
        Counter = new Counter(engine.Statistics, engine.Statistics.OfKey(key.Id));
        Outbox = new Outbox(this, connection);
    }

    public Engine Engine { get; }

    public ApiKey Key { get; private set; }

    /// <summary>The address the client connected from last.</summary>
    public IPAddress Address { get; private set; }

    /// <summary>What its connection was promised, the last one while the client is away.</summary>
    public ConnectionSettings Settings { get; private set; }

    /// <summary>When it was made, or taken over from an earlier process.</summary>
    public DateTimeOffset StartedAt { get; }

    public DateTimeOffset ConnectedAt { get; private set; }

    /// <summary>The connection that has the session; null while the client is away.</summary>
    public Connection? Connection { get; private set; }

    public Outbox Outbox { get; }

    public CallTable Calls { get; } = new();

    public Subscriptions Subscriptions { get; } = new();

    /// <summary>What makes it resumable, or null.</summary>
    public ResumableState? Resumable { get; private set; }

    /// <summary>Who the client said it is, or null before it did.</summary>
    public ClientInfo? Client => _client;

    /// <summary>Counts for the server and the key.</summary>
    public Counter Counter { get; }

    /// <summary>Messages received so far.</summary>
    public long Received => Interlocked.Read(ref _received);

    public string SessionId { get; }

    public string ClientId { get; }

    public string KeyId => Key.Id;

    public CancellationToken Ended => _ended.Token;

    /// <summary>A session that an earlier process stored.</summary>
    public static Session Restore(Engine engine, ApiKey key, SessionRecord record)
    {
        var session = new Session(engine, key, IPAddress.None, null, engine.ForConnections, record.Id, record.ClientId)
        {
            Resumable = new ResumableState(record.Tokens, record.Epoch, engine.Later) { ExpiresAt = record.ExpiresAt },
        };
        if (StoredState.FromJson(record.Subscriptions) is { } state)
        {
            session._client = state.Client;
            session.Subscriptions.Add(state.EventTypes);
            session.Subscriptions.Diagnostics = state.Diagnostics;
        }

        var replay = session.NewReplayBuffer();
        replay.Restore(record.LastSeq, record.AcknowledgedSeq, record.BufferedMessages, record.BufferedBytes, record.State == SessionState.Gapped);
        session.Outbox.Keep(new SessionLog(record.Id, engine.Store, replay));
        // Microseconds since 1970 are above any number a process before has counted to.
        session.Outbox.StartNumbersAt((engine.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        return session;
    }

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

    /// <summary>Takes an introduction back that came to nothing.</summary>
    public void ForgetIntroduction() => _client = null;

    public void CountReceived()
    {
        Interlocked.Increment(ref _received);
        Counter.CountReceived();
    }

    /// <summary>Whether a ping is due: once for each silence, told apart by when it began.</summary>
    public bool TryMarkPinged(long silentSince) => Interlocked.Exchange(ref _pingedAfter, silentSince) != silentSince;

    /// <summary>Whether the client reads but has not acknowledged anything for so long, its buffer full, that it counts as stuck.</summary>
    public bool IsStuck(TimeSpan after)
    {
        if (!Outbox.IsFull)
        {
            _fullSince = 0;
            return false;
        }

        if (_fullSince == 0)
            _fullSince = Engine.Time.GetTimestamp();
        return Engine.Time.GetElapsedTime(_fullSince) > after;
    }

    /// <summary>From its answer to <c>session/hello</c> on, the session is kept.</summary>
    public void BecomeResumable(ResumableState state, OutboundMessage answer, OutboundMessage storedAnswer)
    {
        Resumable = state;
        Engine.Sessions.Keep(this);
        Outbox.BecomeResumable(new SessionLog(SessionId, Engine.Store, NewReplayBuffer()), answer, storedAnswer);
    }

    /// <summary>What is stored beside the messages.</summary>
    public StoredState ToStored() => new(_client, Subscriptions.EventTypes, Subscriptions.Diagnostics);

    /// <summary>Stores what is subscribed to; the answer, stored behind it, does not leave before it.</summary>
    public void SaveSubscriptions()
    {
        if (Resumable is not null)
            Engine.Store.Sessions.SetSubscriptions(SessionId, ToStored().ToJson());
    }

    /// <summary>Goes on over another connection; false, and nothing has happened, when it is over or cannot go on there without a gap.</summary>
    /// <param name="next">The new connection.</param>
    /// <param name="own">The session that connection began with; its key, its address and what it was promised are taken over.</param>
    /// <param name="lastSeq">The last message the client has.</param>
    /// <param name="expiresAt">When the session was to expire as its resume was handed to the store, which forgot that with it.</param>
    /// <param name="answer">Writes the answer, told how many messages are replayed.</param>
    public bool TryAttach(Connection next, Session own, long lastSeq, StoreTime? expiresAt, Func<int, OutboundMessage> answer)
    {
        Connection? former;
        lock (_lock)
        {
            if (IsOver || !Outbox.TryAttach(next, lastSeq, answer, out former))
                return false;
            Key = own.Key;
            Address = own.Address;
            Settings = own.Settings;
            ConnectedAt = Engine.Time.GetUtcNow();
            // The former connection was lost while the resume was being stored: the store has its time away behind the resume.
            if (Resumable!.ExpiresAt != expiresAt)
                Engine.Store.Sessions.SetExpiry(SessionId, null);
            Resumable.ExpiresAt = null;
            Connection = next;
            Engine.Sessions.Add(this);
        }

        if (former is not null)
        {
            former.Send(Outbox.WriteError(Dialect.Envelope, null, new ProtocolError(ErrorCodes.ConnectionLost, "A newer connection has taken this session over.")));
            former.Close(CloseCodes.Replaced);
        }

        Outbox.Flush();
        return true;
    }

    /// <summary>A connection of this session is gone.</summary>
    public void Detach(Connection connection, ConnectionEnd end)
    {
        lock (_lock)
        {
            // A newer connection has it already.
            if (!Outbox.Detach(connection))
                return;
            Connection = null;
            Calls.Trim();
            Engine.Sessions.Remove(this);
            if (Resumable is { } state && !IsOver && !(end is { ByPeer: true, Code: 1000 }))
            {
                state.ExpiresAt = Engine.Store.Now + TimeSpan.FromSeconds(Engine.Options.Session.TtlSeconds);
                Engine.Store.Sessions.SetExpiry(SessionId, state.ExpiresAt);
                return;
            }
        }

        // Left, gone away, closed without a code, or told to come back later; everything else is a fault, a penalty or a connection that was lost.
        End(SessionState.Closed, isClean: end.Code is 1000 or 1001 or 1005 or 1012);
    }

    /// <summary>Sends the reason, when the code has one, and closes the connection.</summary>
    public void Close(CloseCode code, ProtocolError? error = null, string? reason = null)
    {
        if (Connection is not { IsClosing: false } connection)
            return;
        if (code == CloseCodes.SlowConsumer)
            Notices.SlowConsumer(this);
        if (error is null && code.Error is { } why)
            error = new ProtocolError(why, why.Meaning);
        if (error is not null)
            Outbox.SendUnnumbered(Outbox.WriteError(Dialect.Envelope, null, error));
        connection.Close(code, reason);
    }

    /// <summary>Whether nothing more comes of it.</summary>
    public bool IsOver => EndedAs is not null;

    /// <summary>What it ended as; null while it goes on.</summary>
    public SessionState? EndedAs { get; private set; }

    /// <summary>The session is over: what runs for it is stopped.</summary>
    public void End(SessionState state, bool isClean = true)
    {
        lock (_lock)
        {
            // Its client may have come back just before its time was over.
            if (IsOver || (state == SessionState.Expired && !(Resumable!.ExpiresAt <= Engine.Store.Now)))
                return;
            EndedAs = state;
        }

        Engine.Statistics.Events.SessionEnded(Engine.Time.GetUtcNow() - StartedAt);
        Engine.Observer?.SessionEnded(SessionId, StartedAt, Engine.Time.GetUtcNow(), isClean && state == SessionState.Closed);
        if (Resumable is not null)
        {
            Engine.Store.Sessions.End(SessionId, state);
            Engine.Sessions.Forget(this);
        }

        foreach (var waiter in Calls.Close())
            waiter.Call?.Abandon(waiter);
        Outbox.End();
        if (Engine.Later is { } later)
            later(_ended.Cancel);
        else
            _ = _ended.CancelAsync();
    }

    private ReplayBuffer NewReplayBuffer() => new(Engine.Options.Session.ReplayMessages, Engine.Options.Session.ReplayBytes);
}
