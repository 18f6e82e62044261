using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;
using Patchbay.Store.Writing;

namespace Patchbay.Store.Sqlite;

/// <summary>Sessions in SQLite: turns calls into writes. Which sessions are there is known in memory, so that no call waits for the file.</summary>
internal sealed class SqliteSessionStore(
    GroupCommitter<SqliteWrite> committer,
    SqliteSessionTable table,
    SqliteSessionMap sessions,
    ExecutionIndex executions,
    StoreOptions options,
    StoreClock clock) : ISessionStore
{
    private readonly TimeSpan _tombstoneLife = TimeSpan.FromSeconds(options.TombstoneLifeSeconds);

    public CommitTicket Create(SessionRecord session)
    {
        ArgumentNullException.ThrowIfNull(session);
        long number = sessions.Add(session.Id);
        var ticket = committer.Write(SqliteWrite.Create(number, session with { CreatedAt = clock.Now }));
        if (ticket.IsRefused)
            sessions.Remove(session.Id);
        return ticket;
    }

    public CommitTicket Resume(string sessionId, SessionTokens tokens) =>
        sessions.Find(sessionId) is { State: SessionState.Live } session ? committer.Write(SqliteWrite.Resume(session.Number, tokens)) : NotFound;

    public CommitTicket ForgetPreviousToken(string sessionId) =>
        sessions.Find(sessionId) is { } session ? committer.Write(SqliteWrite.ForgetPreviousToken(session.Number)) : NotFound;

    public CommitTicket Append(string sessionId, long seq, ReadOnlyMemory<byte> message, ExecutionDelivery? answers = null, bool canWait = true)
    {
        if (sessions.Find(sessionId) is not { State: SessionState.Live } session)
            return NotFound;
        if (seq != session.LastSeq + 1)
            throw new ArgumentOutOfRangeException(nameof(seq), seq, $"The last seq of the session is {session.LastSeq}.");
        var ticket = committer.Write(answers is { } delivery && FindExecution(delivery.Number) is { } execution
            ? SqliteWrite.AppendAnswer(session.Number, seq, message, execution, delivery.RequestId, canWait)
            : SqliteWrite.Append(session.Number, seq, message, canWait));
        // What a damaged file, or a store that ends, has not taken is gone: the number is used, and the next one follows it.
        if (!ticket.IsFull)
            session.LastSeq = seq;
        return ticket;
    }

    // Not above what was stored: a wrong number must not make a later seq look acknowledged.
    public CommitTicket Acknowledge(string sessionId, long seq) =>
        sessions.Find(sessionId) is { } session ? committer.Write(SqliteWrite.Acknowledge(session.Number, Math.Min(seq, session.LastSeq))) : NotFound;

    public CommitTicket SetSubscriptions(string sessionId, ReadOnlyMemory<byte> subscriptions) =>
        sessions.Find(sessionId) is { } session ? committer.Write(SqliteWrite.SetSubscriptions(session.Number, subscriptions)) : NotFound;

    public CommitTicket SetExpiry(string sessionId, StoreTime? expiresAt) =>
        sessions.Find(sessionId) is { } session ? committer.Write(SqliteWrite.SetExpiry(session.Number, expiresAt)) : NotFound;

    public CommitTicket End(string sessionId, SessionState state)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)state, (int)SessionState.Live);
        if (sessions.Find(sessionId) is not { } session)
            return NotFound;
        var ticket = committer.Write(SqliteWrite.End(session.Number, state, session.LastSeq, clock.Now));
        if (ticket.IsRefused)
            return ticket;
        if (state == SessionState.Gapped)
            session.State = state;
        else
            sessions.Remove(sessionId);
        return ticket;
    }

    public async ValueTask<SessionRecord?> FindAsync(string sessionId, CancellationToken cancellationToken)
    {
        var record = await committer.ReadAsync(() => table.Find(sessionId), cancellationToken).ConfigureAwait(false);
        return record?.EndedAt is { } ended && ended + _tombstoneLife <= clock.Now ? null : record;
    }

    public async ValueTask<IReadOnlyList<SessionRecord>> ReadLiveAsync(CancellationToken cancellationToken)
    {
        var live = await committer.ReadAsync(table.ReadLive, cancellationToken).ConfigureAwait(false);
        return [.. live.Select(session => session.Record)];
    }

    public async ValueTask<IReadOnlyList<SessionMessage>> ReadMessagesAsync(string sessionId, long afterSeq, CancellationToken cancellationToken) =>
        await committer.ReadAsync(() => table.ReadMessages(sessionId, afterSeq), cancellationToken).ConfigureAwait(false);

    private static CommitTicket NotFound => CommitTicket.Refused(StoreFault.NotFound);

    private ExecutionEntry? FindExecution(long number)
    {
        lock (executions.Gate)
            return executions.Find(number);
    }
}
