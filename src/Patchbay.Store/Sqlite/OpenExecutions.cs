using Patchbay.Store.Executions;

namespace Patchbay.Store.Sqlite;

/// <summary>What a starting server takes over.</summary>
internal static class OpenExecutions
{
    /// <summary>Everything cut off or waited for by a session that can be resumed, in the order it started.</summary>
    public static IReadOnlyList<ExecutionRecord> Read(SqliteDatabase database, SqliteExecutionPages pages)
    {
        var sessions = ReadLiveSessions(database);
        return [.. pages.ReadAll().Select(execution => ToRecord(execution, sessions)).Where(record => record.Answer is null || record.Waiters.Count > 0)
            .OrderBy(record => record.Number)];
    }

    private static ExecutionRecord ToRecord(StoredExecution execution, Dictionary<long, string> sessions)
    {
        bool ended = execution.EndedAt is not null;
        return new ExecutionRecord
        {
            Number = execution.Number,
            Start = ended ? execution.Start : execution.Start with { Params = execution.Body },
            CreatedAt = execution.CreatedAt,
            Answer = ended ? new ExecutionAnswer(execution.IsError, execution.Body) : null,
            Waiters = [.. execution.Waiters.Where(waiter => sessions.ContainsKey(waiter.Session))
                .Select(waiter => new ExecutionWaiter(sessions[waiter.Session], waiter.RequestId, waiter.IsCompact))],
        };
    }

    private static Dictionary<long, string> ReadLiveSessions(SqliteDatabase database)
    {
        var sessions = new Dictionary<long, string>();
        using var rows = new SqliteStatement(database.Connection, "SELECT number, id FROM sessions WHERE state = 0");
        while (rows.Step())
            sessions.Add(rows.Int64(0), rows.Text(1));
        return sessions;
    }
}
