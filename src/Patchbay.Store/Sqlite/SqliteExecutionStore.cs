using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;
using Patchbay.Store.Writing;

namespace Patchbay.Store.Sqlite;

/// <summary>Execute-once records in SQLite: decided in memory, written behind, answered from the file.</summary>
internal sealed class SqliteExecutionStore(
    GroupCommitter<SqliteWrite> committer,
    SqliteExecutionTable table,
    SqliteSessionMap sessions,
    ExecutionIndex index,
    StoreClock clock) : IExecutionStore
{
    public async ValueTask<ExecutionBegin> BeginAsync(ExecutionStart start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        while (true)
        {
            var begin = Decide(start);
            if (begin.Outcome != ExecutionOutcome.Finished || begin.Answer.Json.Length > 0)
                return begin;
            var answer = await committer.ReadAsync(() => table.ReadAnswer(begin.Number), cancellationToken).ConfigureAwait(false);
            if (answer is { } found)
                return begin with { Answer = found };

            // Its time ended between deciding and reading: now it is new.
        }
    }

    public CommitTicket Finish(long number, ExecutionAnswer answer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(answer.Json.Length);
        var now = clock.Now;
        lock (index.Gate)
        {
            if (index.Find(number) is not { EndedAt: null } entry)
                return CommitTicket.Refused(StoreFault.NotFound);
            DropDue(now, 0, answer.Json.Length - entry.Bytes);
            var ticket = committer.Write(SqliteWrite.Finish(entry, answer, now));
            // Also when the file is damaged: whoever asks again in this process gets the answer from here.
            index.End(entry, answer.Json.Length, now);
            entry.Answer = answer;
            return ticket;
        }
    }

    public CommitTicket Abandon(long number, ExecutionWaiter waiter)
    {
        ArgumentNullException.ThrowIfNull(waiter);
        lock (index.Gate)
        {
            return index.Find(number) is { } entry && sessions.Find(waiter.SessionId) is { } session
                ? committer.Write(SqliteWrite.RemoveWaiter(session.Number, entry, waiter.RequestId))
                : CommitTicket.Settled;
        }
    }

    public async ValueTask<IReadOnlyList<ExecutionRecord>> ReadOpenAsync(CancellationToken cancellationToken) =>
        await committer.ReadAsync(table.ReadOpen, cancellationToken).ConfigureAwait(false);

    private ExecutionBegin Decide(ExecutionStart start)
    {
        var session = start.Waiter is { } waiter ? sessions.Find(waiter.SessionId) : null;
        if (start.Waiter is not null && session is not { State: SessionState.Live })
            return Refuse(StoreFault.NotFound);
        var now = clock.Now;
        lock (index.Gate)
        {
            if (index.Find(start.Key, now) is { } entry)
                return Attach(entry, start, session);
            long bytes = start.Repeatable ? start.Params.Length : 0;
            DropDue(now, 1, bytes);
            if (!index.HasRoom(bytes))
                return Refuse(StoreFault.Full);
            entry = index.Add(start, now);
            var ticket = committer.Write(SqliteWrite.Begin(entry, start, session?.Number ?? 0));
            if (!ticket.IsRefused)
                return new ExecutionBegin(ExecutionOutcome.Started, entry.Number, ticket);
            index.Remove(entry);
            return new ExecutionBegin(ExecutionOutcome.Refused, 0, ticket);
        }
    }

    private static ExecutionBegin Refuse(StoreFault fault) => new(ExecutionOutcome.Refused, 0, CommitTicket.Refused(fault));

    private ExecutionBegin Attach(ExecutionEntry entry, ExecutionStart start, SqliteSession? session)
    {
        if (entry.Digest != start.Digest)
            return new ExecutionBegin(ExecutionOutcome.Conflict, 0, CommitTicket.Settled);
        var ticket = CommitTicket.Settled;
        if (session is not null)
        {
            ticket = committer.Write(SqliteWrite.AddWaiter(entry.Number, session.Number, start.Waiter!));
            if (ticket.IsRefused)
                return new ExecutionBegin(ExecutionOutcome.Refused, 0, ticket);
        }

        return entry.EndedAt is null
            ? new ExecutionBegin(ExecutionOutcome.Running, entry.Number, ticket)
            : new ExecutionBegin(ExecutionOutcome.Finished, entry.Number, ticket, entry.Answer ?? default);
    }

    /// <summary>Drops what is due, as far as the queue takes it: what is not dropped now is dropped later.</summary>
    private void DropDue(StoreTime now, int moreRecords, long moreBytes)
    {
        while (index.NextToDrop(now, moreRecords, moreBytes) is { } entry && !committer.Write(SqliteWrite.Drop(entry)).IsRefused)
            index.DropNext(now);
    }
}
