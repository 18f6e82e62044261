using System.Buffers.Binary;
using Patchbay.Store.Executions;

namespace Patchbay.Store.Sqlite;

/// <summary>The statements of executions and their waiters. Used by the writing thread only.</summary>
internal sealed class SqliteExecutionTable(SqliteDatabase database)
{
    private readonly SqliteStatement _begin = database.Prepare(
        "INSERT INTO executions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, NULL, ?11, ?12, ?13, ?14, NULL)");

    private readonly SqliteStatement _addWaiter = database.Prepare("INSERT OR IGNORE INTO waiters VALUES (?1, ?2, ?3, ?4)");

    private readonly SqliteStatement _clearFirstWaiter = database.Prepare(
        "UPDATE executions SET waiter_session = NULL, waiter_request = NULL WHERE number = ?1 AND waiter_session = ?2 AND waiter_request = ?3");

    private readonly SqliteStatement _removeWaiter = database.Prepare("DELETE FROM waiters WHERE execution = ?1 AND session = ?2 AND request = ?3");
    private readonly SqliteStatement _finish = database.Prepare("UPDATE executions SET ended_ms = ?2, is_error = ?3, answer = ?4, params = NULL WHERE number = ?1");
    private readonly SqliteStatement _drop = database.Prepare("DELETE FROM executions WHERE number = ?1");
    private readonly SqliteStatement _dropWaiters = database.Prepare("DELETE FROM waiters WHERE execution = ?1");
    private readonly SqliteStatement _answer = database.Prepare("SELECT is_error, answer FROM executions WHERE number = ?1 AND ended_ms IS NOT NULL");

    public void Begin(in SqliteWrite write)
    {
        var entry = (ExecutionEntry)write.Item!;
        var start = (ExecutionStart)write.Second!;
        Span<byte> digest = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(digest, start.Digest);
        _begin.Bind(1, entry.Number).Bind(2, (long)start.Key.Scope).Bind(3, start.Key.Owner).Bind(4, start.Key.Id).Bind(5, digest)
            .Bind(6, start.KeyId).Bind(7, start.Method).Bind(8, start.Tool).Bind(9, start.Repeatable ? 1 : 0).Bind(10, entry.CreatedAt.Milliseconds);
        if (start.Waiter is { } waiter)
            _begin.Bind(11, write.Number).Bind(12, waiter.RequestId).Bind(13, waiter.Compact ? 1 : 0);
        else
            _begin.BindNull(11).BindNull(12).BindNull(13);
        if (start.Repeatable)
            _begin.Bind(14, write.Payload.Span);
        else
            _begin.BindNull(14);
        _begin.Execute();
    }

    public void AddWaiter(in SqliteWrite write)
    {
        var waiter = (ExecutionWaiter)write.Item!;
        _addWaiter.Bind(1, write.Value).Bind(2, write.Number).Bind(3, waiter.RequestId).Bind(4, waiter.Compact ? 1 : 0).Execute();
    }

    public void RemoveWaiter(in SqliteWrite write)
    {
        var entry = (ExecutionEntry)write.Item!;
        string requestId = (string)write.Second!;
        _clearFirstWaiter.Bind(1, entry.Number).Bind(2, write.Number).Bind(3, requestId).Execute();
        if (entry.HasMoreWaiters)
            _removeWaiter.Bind(1, entry.Number).Bind(2, write.Number).Bind(3, requestId).Execute();
    }

    public void Finish(in SqliteWrite write) =>
        _finish.Bind(1, ((ExecutionEntry)write.Item!).Number).Bind(2, write.Value).Bind(3, write.Number).Bind(4, write.Payload.Span).Execute();

    public void Drop(in SqliteWrite write)
    {
        var entry = (ExecutionEntry)write.Item!;
        _drop.Bind(1, entry.Number).Execute();
        if (entry.HasMoreWaiters)
            _dropWaiters.Bind(1, entry.Number).Execute();
    }

    public ExecutionAnswer? ReadAnswer(long number)
    {
        _answer.Bind(1, number);
        ExecutionAnswer? answer = _answer.Step() ? new(_answer.Int64(0) != 0, _answer.Blob(1)) : null;
        _answer.Reset();
        return answer;
    }

    /// <summary>Fills the index: the ended ones in the order they ended.</summary>
    public void Load(ExecutionIndex index)
    {
        using var rows = database.Prepare("""
            SELECT number, scope, owner, id, digest, created_ms, ended_ms, coalesce(length(params), 0) + coalesce(length(answer), 0),
              EXISTS (SELECT 1 FROM waiters WHERE execution = number)
            FROM executions ORDER BY ended_ms, number
            """);
        while (rows.Step())
        {
            var key = new ExecutionKey((ExecutionScope)rows.Int64(1), rows.Text(2), rows.Text(3));
            index.Add(new ExecutionEntry(key, ReadDigest(rows, 4), rows.Int64(0), new StoreTime(rows.Int64(5)))
            {
                EndedAt = rows.NullableInt64(6) is { } ended ? new StoreTime(ended) : null,
                Bytes = rows.Int64(7),
                HasMoreWaiters = rows.Int64(8) != 0,
            });
        }
    }

    /// <summary>Everything cut off or waited for by a session that can be resumed.</summary>
    public IReadOnlyList<ExecutionRecord> ReadOpen()
    {
        var waiters = ReadWaiters();
        var open = new List<ExecutionRecord>();
        using var rows = database.Prepare("""
            SELECT number, scope, owner, id, digest, key_id, method, tool, repeatable, created_ms, ended_ms, is_error, params, answer
            FROM executions e
            WHERE ended_ms IS NULL OR waiter_session IS NOT NULL OR EXISTS (SELECT 1 FROM waiters WHERE execution = e.number)
            ORDER BY number
            """);
        while (rows.Step())
        {
            bool ended = !rows.IsNull(10);
            if (ended && !waiters.ContainsKey(rows.Int64(0)))
                continue;
            open.Add(new ExecutionRecord
            {
                Number = rows.Int64(0),
                Start = ReadStart(rows),
                CreatedAt = new StoreTime(rows.Int64(9)),
                Answer = ended ? new ExecutionAnswer(rows.Int64(11) != 0, rows.Blob(13)) : null,
                Waiters = waiters.GetValueOrDefault(rows.Int64(0)) ?? [],
            });
        }

        return open;
    }

    private static ExecutionStart ReadStart(SqliteStatement rows) => new()
    {
        Key = new ExecutionKey((ExecutionScope)rows.Int64(1), rows.Text(2), rows.Text(3)),
        Digest = ReadDigest(rows, 4),
        KeyId = rows.Text(5),
        Method = rows.Text(6),
        Tool = rows.Text(7),
        Repeatable = rows.Int64(8) != 0,
        Params = rows.NullableBlob(12) ?? [],
    };

    private static UInt128 ReadDigest(SqliteStatement rows, int column) => BinaryPrimitives.ReadUInt128BigEndian(rows.Blob(column));

    /// <summary>The waiters of live sessions, by execution.</summary>
    private Dictionary<long, List<ExecutionWaiter>> ReadWaiters()
    {
        var waiters = new Dictionary<long, List<ExecutionWaiter>>();
        using var rows = database.Prepare("""
            SELECT w.execution, s.id, w.request, w.compact
            FROM (SELECT number AS execution, waiter_session AS session, waiter_request AS request, waiter_compact AS compact, 0 AS place
                  FROM executions WHERE waiter_session IS NOT NULL
                  UNION ALL SELECT execution, session, request, compact, 1 FROM waiters) w
            JOIN sessions s ON s.number = w.session AND s.state = 0
            ORDER BY w.execution, w.place
            """);
        while (rows.Step())
        {
            var waiter = new ExecutionWaiter(rows.Text(1), rows.Text(2), rows.Int64(3) != 0);
            if (!waiters.TryGetValue(rows.Int64(0), out var list))
                waiters.Add(rows.Int64(0), list = []);

            // The first one may stand in both places, when the same request came again.
            if (!list.Exists(other => other.SessionId == waiter.SessionId && other.RequestId == waiter.RequestId))
                list.Add(waiter);
        }

        return waiters;
    }
}
