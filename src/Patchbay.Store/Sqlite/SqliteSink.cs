using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;
using Patchbay.Store.Writing;

namespace Patchbay.Store.Sqlite;

/// <summary>Carries groups into the file, one transaction each.</summary>
internal sealed class SqliteSink(
    SqliteDatabase database,
    SqliteSessionTable sessionTable,
    SqliteExecutionTable executionTable,
    SqliteSessionMap sessions,
    ExecutionIndex executions,
    StoreOptions options,
    StoreClock clock,
    ILogger logger) : IGroupSink<SqliteWrite>
{
    // A crash loses at most this much of the store's clock: sessions live that much longer, never shorter.
    private const int TicksPerClock = 5;

    private readonly SqliteStatement _saveClock = database.Prepare("UPDATE store SET up_ms = ?1");
    private int _ticks;

    /// <summary>Where the housekeeping is queued; set before the first tick.</summary>
    public GroupCommitter<SqliteWrite>? Committer { get; set; }

    public StoreFault Commit(ReadOnlySpan<SqliteWrite> writes)
    {
        try
        {
            database.Begin();
            foreach (ref readonly var write in writes)
                Apply(write);
            sessionTable.EndGroup();
            executionTable.EndGroup();
            database.Commit();
        }
        catch (SqliteException fault)
        {
            SqliteStoreLog.CommitFailed(logger, fault.SqliteExtendedErrorCode, fault.Message);
            Undo();
            return SqliteFaults.Of(fault);
        }

        sessionTable.Keep();
        executionTable.Keep();
        ForgetAnswers(writes);
        return StoreFault.None;
    }

    public void Refuse(in SqliteWrite write, StoreFault fault)
    {
        if (write.Kind == SqliteWriteKind.CreateSession)
            sessions.Remove(((SessionRecord)write.Item!).Id);
        if (write.Kind != SqliteWriteKind.BeginExecution)
            return;
        lock (executions.Gate)
            executions.Remove((ExecutionEntry)write.Item!);
    }

    public void Tick()
    {
        if (++_ticks % TicksPerClock != 0 || (sessions.IsEmpty && executions.Count == 0))
            return;
        var now = clock.Now;
        Committer?.Write(SqliteWrite.SaveClock(now));
        Committer?.Write(SqliteWrite.Purge(now + TimeSpan.FromSeconds(-options.TombstoneLifeSeconds)));
        lock (executions.Gate)
        {
            while (executions.NextToDrop(now, 0, 0) is { } entry && Committer?.Write(SqliteWrite.Drop(entry)).IsRefused == false)
                executions.DropNext(now);
        }
    }

    private void Undo()
    {
        sessionTable.Undo();
        executionTable.Undo();
        try
        {
            database.Rollback();
        }
        catch (SqliteException fault)
        {
            // The file was rolled back by SQLite, or the next BEGIN fails and says so.
            SqliteStoreLog.CommitFailed(logger, fault.SqliteExtendedErrorCode, fault.Message);
        }
    }

    private void Apply(in SqliteWrite write)
    {
        switch (write.Kind)
        {
            case SqliteWriteKind.CreateSession:
                sessionTable.Create(write);
                break;
            case SqliteWriteKind.ResumeSession:
                sessionTable.Resume(write);
                break;
            case SqliteWriteKind.ForgetPreviousToken:
                sessionTable.ForgetPreviousToken(write);
                break;
            case SqliteWriteKind.Append:
                sessionTable.Append(write);
                break;
            case SqliteWriteKind.AppendAnswer:
                sessionTable.Append(write);
                executionTable.RemoveWaiter(write);
                break;
            case SqliteWriteKind.Acknowledge:
                sessionTable.Acknowledge(write);
                break;
            case SqliteWriteKind.SetSubscriptions:
                sessionTable.SetSubscriptions(write);
                break;
            case SqliteWriteKind.SetExpiry:
                sessionTable.SetExpiry(write);
                break;
            case SqliteWriteKind.EndSession:
                sessionTable.End(write);
                break;
            case SqliteWriteKind.BeginExecution:
                executionTable.Begin(write);
                break;
            case SqliteWriteKind.AddWaiter:
                executionTable.AddWaiter(write);
                break;
            case SqliteWriteKind.RemoveWaiter:
                executionTable.RemoveWaiter(write);
                break;
            case SqliteWriteKind.FinishExecution:
                executionTable.Finish(write);
                break;
            case SqliteWriteKind.DropExecution:
                executionTable.Drop(write);
                break;
            case SqliteWriteKind.SaveClock:
                _saveClock.Bind(1, write.Value).Execute();
                break;
            case SqliteWriteKind.PurgeSessions:
                sessionTable.Purge(write);
                break;
            default:
                throw new InvalidOperationException($"A write of unknown kind {write.Kind}.");
        }
    }

    /// <summary>What is in the file now need not stay in memory.</summary>
    private void ForgetAnswers(ReadOnlySpan<SqliteWrite> writes)
    {
        lock (executions.Gate)
        {
            foreach (ref readonly var write in writes)
            {
                if (write.Kind == SqliteWriteKind.FinishExecution)
                    ((ExecutionEntry)write.Item!).Answer = null;
            }
        }
    }
}
