using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;

namespace Patchbay.Store.Memory;

/// <summary>Sessions in memory. One lock: everything under it is a few steps.</summary>
internal sealed class MemorySessionStore(StoreOptions options, StoreClock clock) : ISessionStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MemorySession> _sessions = new(StringComparer.Ordinal);
    private readonly Queue<MemorySession> _ended = new();
    private readonly TimeSpan _tombstoneLife = TimeSpan.FromSeconds(options.TombstoneLifeSeconds);

    /// <summary>Where delivered answers are noted.</summary>
    public MemoryExecutionStore? Executions { get; set; }

    public CommitTicket Create(SessionRecord session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var now = clock.Now;
        lock (_lock)
        {
            Sweep(now);
            var record = session with { State = SessionState.Live, EndedAt = null, CreatedAt = now };
            if (!_sessions.TryAdd(session.Id, new MemorySession(record)))
                throw new InvalidOperationException("The id of a session was used twice.");
        }

        return CommitTicket.Settled;
    }

    public CommitTicket Resume(string sessionId, SessionTokens tokens) =>
        Change(sessionId, session => session.Record = session.Record with { Tokens = tokens, ExpiresAt = null }, SessionState.Live);

    public CommitTicket ForgetPreviousToken(string sessionId) =>
        Change(sessionId, session => session.Record = session.Record with { Tokens = session.Record.Tokens with { Previous = null } });

    public CommitTicket Append(string sessionId, long seq, ReadOnlyMemory<byte> message, ExecutionDelivery? answers = null, bool canWait = true)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(sessionId, out var session) || session.Record.State != SessionState.Live)
                return CommitTicket.Refused(StoreFault.NotFound);
            if (seq != session.Last + 1)
                throw new ArgumentOutOfRangeException(nameof(seq), seq, $"The last seq of the session is {session.Last}.");
            session.Append(seq, message);
        }

        if (answers is { } delivery)
            Executions?.Deliver(delivery.Number, sessionId, delivery.RequestId);
        return CommitTicket.Settled;
    }

    public CommitTicket Acknowledge(string sessionId, long seq)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(sessionId, out var session) || session.Record.EndedAt is not null)
                return CommitTicket.Refused(StoreFault.NotFound);
            session.Acknowledge(seq);
            return CommitTicket.Settled;
        }
    }

    public CommitTicket SetSubscriptions(string sessionId, ReadOnlyMemory<byte> subscriptions) =>
        Change(sessionId, session => session.Record = session.Record with { Subscriptions = subscriptions });

    public CommitTicket SetExpiry(string sessionId, StoreTime? expiresAt) =>
        Change(sessionId, session =>
        {
            session.Record = session.Record with { ExpiresAt = expiresAt };
            session.Pack();
        });

    public CommitTicket End(string sessionId, SessionState state)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)state, (int)SessionState.Live);
        var now = clock.Now;
        return Change(sessionId, session =>
        {
            bool over = state != SessionState.Gapped;
            session.Record = session.Record with { State = state, EndedAt = over ? now : null };
            session.Drop();
            if (over)
                _ended.Enqueue(session);
        });
    }

    public ValueTask<SessionRecord?> FindAsync(string sessionId, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        lock (_lock)
        {
            Sweep(now);
            return ValueTask.FromResult(_sessions.TryGetValue(sessionId, out var session) ? session.Read() : null);
        }
    }

    public ValueTask<IReadOnlyList<SessionRecord>> ReadLiveAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            IReadOnlyList<SessionRecord> live = [.. _sessions.Values.Where(session => session.Record.EndedAt is null).Select(session => session.Read())];
            return ValueTask.FromResult(live);
        }
    }

    public ValueTask<IReadOnlyList<SessionMessage>> ReadMessagesAsync(string sessionId, long afterSeq, CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult(_sessions.TryGetValue(sessionId, out var session) ? session.After(afterSeq) : []);
    }

    /// <summary>Whether a session may get messages.</summary>
    public bool IsLive(string sessionId)
    {
        lock (_lock)
            return _sessions.TryGetValue(sessionId, out var session) && session.Record.State == SessionState.Live;
    }

    private CommitTicket Change(string sessionId, Action<MemorySession> change, SessionState mostState = SessionState.Gapped)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(sessionId, out var session) || session.Record.State > mostState)
                return CommitTicket.Refused(StoreFault.NotFound);
            change(session);
            return CommitTicket.Settled;
        }
    }

    private void Sweep(StoreTime now)
    {
        while (_ended.TryPeek(out var oldest) && oldest.Record.EndedAt + _tombstoneLife <= now)
            _sessions.Remove(_ended.Dequeue().Record.Id);
    }
}
