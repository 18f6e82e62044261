using Patchbay.Store.Sqlite;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>The tables in SQLite, over the one writing connection.</summary>
internal sealed class SqliteTables(SqliteDatabase database, int maxWorkflows) : IExecutionTables
{
    private const string Columns = "SELECT id, key, workflow, header, received, chunks FROM execution";

    private readonly Dictionary<string, int> _workflows = new(StringComparer.Ordinal);
    private readonly PackedWriter _packed = new();
    private readonly HeaderCodec _headers = new();
    private readonly SqliteStatement _findWorkflow = database.Prepare("SELECT id FROM workflow WHERE name = ?1");
    private readonly SqliteStatement _addWorkflow = database.Prepare(
        "INSERT INTO workflow (name) SELECT ?1 WHERE (SELECT COUNT(*) FROM workflow) <= ?2 RETURNING id");

    private readonly SqliteStatement _find = database.Prepare($"{Columns} WHERE key = ?1");
    private readonly SqliteStatement _insert = database.Prepare(
        "INSERT INTO execution (workflow, execution_id, at, running, received, header, chunks, key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id");

    private readonly SqliteStatement _update = database.Prepare(
        "UPDATE execution SET workflow = ?1, execution_id = ?2, at = ?3, running = ?4, received = ?5, header = ?6, chunks = ?7 WHERE id = ?8");

    private readonly SqliteStatement _delete = database.Prepare("DELETE FROM execution WHERE id = ?1");
    private readonly SqliteStatement _readChunk = database.Prepare("SELECT count, steps, attributes FROM chunk WHERE id = ?1");
    private readonly SqliteStatement _writeChunk = database.Prepare("INSERT INTO chunk (id, count, steps, attributes) VALUES (?1, ?2, ?3, ?4)");
    private readonly SqliteStatement _deleteChunk = database.Prepare("DELETE FROM chunk WHERE id = ?1");
    private readonly SqliteStatement _count = database.Prepare(
        "UPDATE workflow SET seen = seen + ?2, kept = kept + ?3, steps = steps + ?4, evicted = evicted + ?5, rejected = rejected + ?6 WHERE id = ?1");

    private readonly SqliteStatement _held = database.Prepare("SELECT kept, steps FROM workflow WHERE id = ?1");
    private readonly SqliteStatement _oldest = database.Prepare($"{Columns} WHERE workflow = ?1 ORDER BY received, id LIMIT ?2");
    private readonly SqliteStatement _before = database.Prepare($"{Columns} WHERE workflow IN (SELECT id FROM workflow) AND received < ?1 LIMIT ?2");
    private readonly SqliteStatement _waiting = database.Prepare($"{Columns} WHERE workflow = {BoundedRecorder.Waiting} AND received < ?1 LIMIT ?2");

    public int? Workflow(string name)
    {
        if (_workflows.TryGetValue(name, out var known))
            return known;
        if ((Number(_findWorkflow.Bind(1, name)) ?? Number(_addWorkflow.Bind(1, name).Bind(2, maxWorkflows))) is not { } id)
            return null;
        _workflows.Add(name, (int)id);
        return (int)id;
    }

    /// <summary>Forgets rows that were made in a transaction that did not commit.</summary>
    public void RolledBack() => _workflows.Clear();

    public ExecutionRow? Find(string key) => Rows(_find.Bind(1, key)).FirstOrDefault();

    public void Insert(ExecutionRow row) => row.Id = Number(Bound(_insert, row).Bind(8, row.Key))!.Value;

    public void Update(ExecutionRow row) => Bound(_update, row).Bind(8, row.Id).Execute();

    public void Delete(long id, int chunks)
    {
        for (var number = 0; number < chunks; number++)
            DeleteChunk(id, number);
        _delete.Bind(1, id).Execute();
    }

    public StepChunk ReadChunk(long id, int number)
    {
        _readChunk.Bind(1, ChunkId(id, number)).Step();
        var chunk = Chunk(_readChunk, 0);
        _readChunk.Reset();
        return chunk;
    }

    public void WriteChunk(long id, int number, StepChunk chunk) =>
        _writeChunk.Bind(1, ChunkId(id, number)).Bind(2, chunk.Count).Bind(3, chunk.Steps.Span).Bind(4, chunk.Attributes.Span).Execute();

    public void DeleteChunk(long id, int number) => _deleteChunk.Bind(1, ChunkId(id, number)).Execute();

    public void Count(int workflow, WorkflowDelta delta) =>
        _count.Bind(1, workflow).Bind(2, delta.Seen).Bind(3, delta.Kept).Bind(4, delta.Steps).Bind(5, delta.Evicted).Bind(6, delta.Rejected).Execute();

    public (long Executions, long Steps) Held(int workflow)
    {
        _held.Bind(1, workflow).Step();
        var held = (_held.Int64(0), _held.Int64(1));
        _held.Reset();
        return held;
    }

    public IReadOnlyList<ExecutionRow> Oldest(int workflow, int limit) => Rows(_oldest.Bind(1, workflow).Bind(2, limit));

    public IReadOnlyList<ExecutionRow> ReceivedBefore(long time, int limit) => Rows(_before.Bind(1, time).Bind(2, limit));

    public IReadOnlyList<ExecutionRow> WaitingBefore(long time, int limit) => Rows(_waiting.Bind(1, time).Bind(2, limit));

    public static StepChunk Chunk(SqliteStatement row, int column) => new((int)row.Int64(column), row.Blob(column + 1), row.Blob(column + 2));

    public static long ChunkId(long id, int number) => (id << SqliteSchema.ChunkBits) | (long)number;

    private static long? Number(SqliteStatement statement)
    {
        if (!statement.Step())
            return null;
        var number = statement.Int64(0);
        // To its end: an insert that returns its row is not done before.
        statement.Execute();
        return number;
    }

    private static List<ExecutionRow> Rows(SqliteStatement statement)
    {
        List<ExecutionRow> rows = [];
        while (statement.Step())
            rows.Add(Row(statement));
        return rows;
    }

    private static ExecutionRow Row(SqliteStatement row)
    {
        var packed = new PackedReader(row.Blob(5));
        List<int> counts = [];
        for (var left = packed.Int32(); left > 0; left--)
            counts.Add(packed.Int32());
        return new ExecutionRow
        {
            Id = row.Int64(0),
            Key = row.Text(1),
            Workflow = (int)row.Int64(2),
            Header = HeaderCodec.Decode(row.Blob(3)),
            ReceivedAt = row.Int64(4),
            ChunkCounts = counts,
        };
    }

    private SqliteStatement Bound(SqliteStatement statement, ExecutionRow row) => statement
        .Bind(1, row.Workflow).Bind(2, row.Header.ExecutionId).Bind(3, row.At).Bind(4, row.Header.EndedAt is null ? 1 : 0)
        .Bind(5, row.ReceivedAt).Bind(6, _headers.Encode(row.Header)).Bind(7, Counts(row));

    private byte[] Counts(ExecutionRow row)
    {
        _packed.Clear();
        _packed.Unsigned((ulong)row.ChunkCounts.Count);
        foreach (var count in row.ChunkCounts)
            _packed.Unsigned((ulong)count);
        return _packed.ToArray();
    }
}
