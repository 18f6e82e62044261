using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;
using Patchbay.Store.Writing;

namespace Patchbay.Store.Sqlite;

/// <summary>One write on its way. One struct for all kinds, so that a queue of them is one array and a write allocates nothing.</summary>
internal readonly struct SqliteWrite : IGroupWrite
{
    // What a queued write costs beside its payload: this struct, and a record or an entry it points to.
    private const int FixedBytes = 256;

    public SqliteWriteKind Kind { get; private init; }

    /// <summary>The number of the session; of the execution for what concerns executions only.</summary>
    public long Number { get; private init; }

    /// <summary>A seq or a time.</summary>
    public long Value { get; private init; }

    public ReadOnlyMemory<byte> Payload { get; private init; }

    /// <summary>The record, tokens, entry, waiter or state.</summary>
    public object? Item { get; private init; }

    /// <summary>The request id; of a start, the start; of an end, its time.</summary>
    public object? Second { get; private init; }

    public bool Begins => Kind is SqliteWriteKind.CreateSession or SqliteWriteKind.ResumeSession or SqliteWriteKind.BeginExecution;

    public bool CanWait { get; private init; }

    public int Bytes => FixedBytes + Payload.Length;

    public static SqliteWrite Create(long session, SessionRecord record) =>
        new() { Kind = SqliteWriteKind.CreateSession, CanWait = true, Number = session, Item = record, Payload = record.Subscriptions };

    public static SqliteWrite Resume(long session, SessionTokens tokens) => new() { Kind = SqliteWriteKind.ResumeSession, CanWait = true, Number = session, Item = tokens };

    public static SqliteWrite ForgetPreviousToken(long session) => new() { Kind = SqliteWriteKind.ForgetPreviousToken, Number = session };

    public static SqliteWrite Append(long session, long seq, ReadOnlyMemory<byte> message, bool canWait) =>
        new() { Kind = SqliteWriteKind.Append, CanWait = canWait, Number = session, Value = seq, Payload = message };

    public static SqliteWrite AppendAnswer(long session, long seq, ReadOnlyMemory<byte> message, ExecutionEntry execution, string requestId, bool canWait) =>
        new() { Kind = SqliteWriteKind.AppendAnswer, CanWait = canWait, Number = session, Value = seq, Payload = message, Item = execution, Second = requestId };

    public static SqliteWrite Acknowledge(long session, long seq) => new() { Kind = SqliteWriteKind.Acknowledge, CanWait = true, Number = session, Value = seq };

    public static SqliteWrite SetSubscriptions(long session, ReadOnlyMemory<byte> subscriptions) =>
        new() { Kind = SqliteWriteKind.SetSubscriptions, Number = session, Payload = subscriptions };

    /// <summary>A time below 0 stands for none.</summary>
    public static SqliteWrite SetExpiry(long session, StoreTime? expiresAt) =>
        new() { Kind = SqliteWriteKind.SetExpiry, Number = session, Value = expiresAt?.Milliseconds ?? -1 };

    /// <summary>What it has not acknowledged, up to <paramref name="lastSeq"/>, goes.</summary>
    public static SqliteWrite End(long session, SessionState state, long lastSeq, StoreTime now) =>
        new() { Kind = SqliteWriteKind.EndSession, Number = session, Value = lastSeq, Item = state, Second = now };

    /// <summary><paramref name="session"/> is the waiter's, 0 without one.</summary>
    public static SqliteWrite Begin(ExecutionEntry entry, ExecutionStart start, long session) => new()
    {
        Kind = SqliteWriteKind.BeginExecution,
        CanWait = true,
        Number = session,
        Item = entry,
        Second = start,
        Payload = start.Repeatable ? start.Params : default,
    };

    public static SqliteWrite AddWaiter(long execution, long session, ExecutionWaiter waiter) =>
        new() { Kind = SqliteWriteKind.AddWaiter, CanWait = true, Number = session, Value = execution, Item = waiter };

    public static SqliteWrite RemoveWaiter(long session, ExecutionEntry execution, string requestId) =>
        new() { Kind = SqliteWriteKind.RemoveWaiter, Number = session, Item = execution, Second = requestId };

    public static SqliteWrite Finish(ExecutionEntry entry, ExecutionAnswer answer, StoreTime now) =>
        new() { Kind = SqliteWriteKind.FinishExecution, Number = answer.IsError ? 1 : 0, Value = now.Milliseconds, Item = entry, Payload = answer.Json };

    public static SqliteWrite Drop(ExecutionEntry entry) => new() { Kind = SqliteWriteKind.DropExecution, CanWait = true, Item = entry };

    public static SqliteWrite SaveClock(StoreTime now) => new() { Kind = SqliteWriteKind.SaveClock, CanWait = true, Value = now.Milliseconds };

    public static SqliteWrite Purge(StoreTime before) => new() { Kind = SqliteWriteKind.PurgeSessions, CanWait = true, Value = before.Milliseconds };
}
