using Microsoft.Data.Sqlite;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>The tables in SQLite, over the one writing connection.</summary>
internal sealed class SqliteTables(SqliteConnection connection, int maxWorkflows) : IExecutionTables, IDisposable
{
    private const string Columns = "SELECT id, key, workflow, header, received, chunks FROM execution";

    private readonly Dictionary<string, int> _workflows = new(StringComparer.Ordinal);
    private readonly PackedWriter _packed = new();
    private readonly HeaderCodec _headers = new();
    private readonly SqliteStatement _findWorkflow = new(connection, "SELECT id FROM workflow WHERE name = $0", 1);
    private readonly SqliteStatement _addWorkflow = new(
        connection, "INSERT INTO workflow (name) SELECT $0 WHERE (SELECT COUNT(*) FROM workflow) <= $1 RETURNING id", 2);
    private readonly SqliteStatement _find = new(connection, $"{Columns} WHERE key = $0", 1);
    private readonly SqliteStatement _insert = new(
        connection,
        "INSERT INTO execution (key, workflow, execution_id, at, running, received, header, chunks) VALUES ($0, $1, $2, $3, $4, $5, $6, $7)",
        8);

    private readonly SqliteStatement _update = new(
        connection,
        "UPDATE execution SET workflow = $1, execution_id = $2, at = $3, running = $4, received = $5, header = $6, chunks = $7 WHERE id = $0",
        8);

    private readonly SqliteStatement _delete = new(connection, "DELETE FROM execution WHERE id = $0", 1);
    private readonly SqliteStatement _readChunk = new(connection, "SELECT count, steps, attributes FROM chunk WHERE id = $0", 1);
    private readonly SqliteStatement _writeChunk = new(connection, "INSERT INTO chunk (id, count, steps, attributes) VALUES ($0, $1, $2, $3)", 4);
    private readonly SqliteStatement _deleteChunk = new(connection, "DELETE FROM chunk WHERE id = $0", 1);
    private readonly SqliteStatement _count = new(
        connection,
        "UPDATE workflow SET seen = seen + $1, kept = kept + $2, steps = steps + $3, evicted = evicted + $4, rejected = rejected + $5 WHERE id = $0",
        6);

    private readonly SqliteStatement _held = new(connection, "SELECT kept, steps FROM workflow WHERE id = $0", 1);
    private readonly SqliteStatement _oldest = new(connection, $"{Columns} WHERE workflow = $0 ORDER BY received, id LIMIT $1", 2);
    private readonly SqliteStatement _before = new(connection, $"{Columns} WHERE workflow IN (SELECT id FROM workflow) AND received < $0 LIMIT $1", 2);
    private readonly SqliteStatement _waiting = new(connection, $"{Columns} WHERE workflow = {BoundedRecorder.Waiting} AND received < $0 LIMIT $1", 2);

    public int? Workflow(string name)
    {
        if (_workflows.TryGetValue(name, out var known))
            return known;
        var id = _findWorkflow.Scalar(name) ?? _addWorkflow.Scalar(name, maxWorkflows);
        if (id is not long row)
            return null;
        _workflows.Add(name, (int)row);
        return (int)row;
    }

    /// <summary>Forgets rows that were made in a transaction that did not commit.</summary>
    public void RolledBack() => _workflows.Clear();

    public ExecutionRow? Find(string key)
    {
        using var reader = _find.Read(key);
        return reader.Read() ? Row(reader) : null;
    }

    public void Insert(ExecutionRow row)
    {
        _insert.Run(row.Key, row.Workflow, row.Header.ExecutionId, row.At, row.Header.EndedAt is null, row.ReceivedAt, _headers.Encode(row.Header), Counts(row));
        row.Id = SQLitePCL.raw.sqlite3_last_insert_rowid(connection.Handle);
    }

    public void Update(ExecutionRow row) =>
        _update.Run(row.Id, row.Workflow, row.Header.ExecutionId, row.At, row.Header.EndedAt is null, row.ReceivedAt, _headers.Encode(row.Header), Counts(row));

    public void Delete(long id, int chunks)
    {
        for (var number = 0; number < chunks; number++)
            DeleteChunk(id, number);
        _delete.Run(id);
    }

    public StepChunk ReadChunk(long id, int number)
    {
        using var reader = _readChunk.Read(ChunkId(id, number));
        reader.Read();
        return Chunk(reader, 0);
    }

    public void WriteChunk(long id, int number, StepChunk chunk) =>
        _writeChunk.Run(ChunkId(id, number), chunk.Count, chunk.Steps.ToArray(), chunk.Attributes.ToArray());

    public void DeleteChunk(long id, int number) => _deleteChunk.Run(ChunkId(id, number));

    public void Count(int workflow, WorkflowDelta delta) => _count.Run(workflow, delta.Seen, delta.Kept, delta.Steps, delta.Evicted, delta.Rejected);

    public (long Executions, long Steps) Held(int workflow)
    {
        using var reader = _held.Read(workflow);
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    public IReadOnlyList<ExecutionRow> Oldest(int workflow, int limit) => Rows(_oldest.Read(workflow, limit));

    public IReadOnlyList<ExecutionRow> ReceivedBefore(long time, int limit) => Rows(_before.Read(time, limit));

    public IReadOnlyList<ExecutionRow> WaitingBefore(long time, int limit) => Rows(_waiting.Read(time, limit));

    public static StepChunk Chunk(SqliteDataReader reader, int column) =>
        new(reader.GetInt32(column), reader.GetFieldValue<byte[]>(column + 1), reader.GetFieldValue<byte[]>(column + 2));

    public static long ChunkId(long id, int number) => (id << SqliteSchema.ChunkBits) | (long)number;

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[
            _findWorkflow, _addWorkflow, _find, _insert, _update, _delete, _readChunk, _writeChunk, _deleteChunk, _count, _held, _oldest, _before, _waiting])
            statement.Dispose();
    }

    private static List<ExecutionRow> Rows(SqliteDataReader reader)
    {
        using (reader)
        {
            List<ExecutionRow> rows = [];
            while (reader.Read())
                rows.Add(Row(reader));
            return rows;
        }
    }

    private static ExecutionRow Row(SqliteDataReader reader)
    {
        var packed = new PackedReader(reader.GetFieldValue<byte[]>(5));
        List<int> counts = [];
        for (var left = packed.Int32(); left > 0; left--)
            counts.Add(packed.Int32());
        return new ExecutionRow
        {
            Id = reader.GetInt64(0),
            Key = reader.GetString(1),
            Workflow = reader.GetInt32(2),
            Header = HeaderCodec.Decode(reader.GetFieldValue<byte[]>(3)),
            ReceivedAt = reader.GetInt64(4),
            ChunkCounts = counts,
        };
    }

    private byte[] Counts(ExecutionRow row)
    {
        _packed.Clear();
        _packed.Unsigned((ulong)row.ChunkCounts.Count);
        foreach (var count in row.ChunkCounts)
            _packed.Unsigned((ulong)count);
        return _packed.ToArray();
    }
}
