using System.Buffers.Binary;
using Patchbay.Store.Executions;

namespace Patchbay.Store.Sqlite;

/// <summary>
/// Moves the messages and executions of a file of schema 1, a row each, into rows of many. SQL cannot make their bytes, so it is no step of the schema's.
/// </summary>
internal static class SqliteUpgrade
{
    /// <summary>Moves them in one transaction, when the file has them.</summary>
    public static void Run(SqliteDatabase database)
    {
        if (database.Scalar("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'executions'") == 0)
            return;
        database.Begin();
        try
        {
            MoveMessages(database);
            var executions = new SqliteExecutionPages(database);
            foreach (var execution in ReadExecutions(database))
                executions.Write(execution);
            executions.EndGroup();
            database.Execute("DROP TABLE messages; DROP TABLE executions; DROP TABLE waiters");
            database.Commit();
        }
        catch
        {
            database.Rollback();
            throw;
        }
    }

    private static void MoveMessages(SqliteDatabase database)
    {
        var messages = new SqliteMessagePages(database);
        using var rows = new SqliteStatement(database.Connection, "SELECT session, seq, bytes FROM messages ORDER BY session, seq");
        while (rows.Step())
            messages.Append(rows.Int64(0), rows.Int64(1), rows.Blob(2));
        messages.EndGroup();
    }

    private static IEnumerable<StoredExecution> ReadExecutions(SqliteDatabase database)
    {
        using var rows = new SqliteStatement(database.Connection, """
            SELECT number, scope, owner, id, digest, key_id, method, tool, repeatable, created_ms, ended_ms, is_error,
              waiter_session, waiter_request, waiter_compact, CASE WHEN ended_ms IS NULL THEN params ELSE answer END
            FROM executions ORDER BY number
            """);
        while (rows.Step())
        {
            var execution = new StoredExecution
            {
                Number = rows.Int64(0),
                Start = new ExecutionStart
                {
                    Key = new ExecutionKey((ExecutionScope)rows.Int64(1), rows.Text(2), rows.Text(3)),
                    Digest = BinaryPrimitives.ReadUInt128BigEndian(rows.Blob(4)),
                    KeyId = rows.Text(5),
                    Method = rows.Text(6),
                    Tool = rows.Text(7),
                    Repeatable = rows.Int64(8) != 0,
                },
                CreatedAt = new StoreTime(rows.Int64(9)),
                EndedAt = rows.NullableInt64(10) is { } ended ? new StoreTime(ended) : null,
                IsError = !rows.IsNull(11) && rows.Int64(11) != 0,
                Body = rows.NullableBlob(15) ?? [],
            };
            execution.Waiters = ReadWaiters(database, rows);
            yield return execution;
        }
    }

    private static StoredWaiter[] ReadWaiters(SqliteDatabase database, SqliteStatement execution)
    {
        var waiters = new List<StoredWaiter>();
        if (!execution.IsNull(12))
            waiters.Add(new StoredWaiter(execution.Int64(12), execution.Text(13), execution.Int64(14) != 0));
        using var rows = new SqliteStatement(database.Connection, "SELECT session, request, compact FROM waiters WHERE execution = ?1");
        rows.Bind(1, execution.Int64(0));
        while (rows.Step())
        {
            // The first one may stand in both places, when the same request came again.
            var waiter = new StoredWaiter(rows.Int64(0), rows.Text(1), rows.Int64(2) != 0);
            if (!waiters.Exists(other => other.Session == waiter.Session && other.RequestId == waiter.RequestId))
                waiters.Add(waiter);
        }

        return [.. waiters];
    }
}
