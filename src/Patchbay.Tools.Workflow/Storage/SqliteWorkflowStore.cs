using Microsoft.Data.Sqlite;
using Patchbay.Store.Sqlite;
using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>Keeps executions in an SQLite file: one writing connection, one transaction to a batch, readers beside it (write-ahead log).</summary>
internal sealed class SqliteWorkflowStore : IWorkflowStore, IDisposable
{
    private const string Entries = """
        SELECT name, seen, kept, steps, evicted, rejected,
            (SELECT MIN(at) FROM execution WHERE workflow = w.id), (SELECT MAX(at) FROM execution WHERE workflow = w.id)
        FROM workflow w WHERE id <> 0
        """;

    private const string Selected = $"""
        SELECT e.id, e.header, e.received, c.count, c.steps FROM execution e
        LEFT JOIN chunk c ON c.id BETWEEN (e.id << 6) AND (e.id << 6) + 63
        WHERE e.workflow = (SELECT id FROM workflow WHERE name = ?1)
        """;

    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(30);

    private readonly string _connectionString;
    private readonly TimeProvider _clock;
    private readonly BoundedRecorder _recorder;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly SqliteDatabase _database;
    private readonly SqliteTables _tables;

    /// <summary>Opens the file, making it and its folder when they do not exist.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="strict">Whether a batch must survive a loss of power, not only the end of the process.</param>
    /// <param name="bounds">How much is kept.</param>
    /// <param name="clock">The time of receipt.</param>
    /// <exception cref="Patchbay.Store.StoreException">The file is another program's, from a newer version, damaged, or cannot be opened.</exception>
    public SqliteWorkflowStore(string path, bool strict, StoreBounds bounds, TimeProvider clock)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path }.ToString();
        _clock = clock;
        _recorder = new BoundedRecorder(bounds);
        _database = SqliteDatabase.Open(new SqliteDatabaseOptions
        {
            Path = path,
            ApplicationId = SqliteSchema.ApplicationId,
            Migrations = SqliteSchema.Migrations,
            SyncEveryCommit = strict,
            // An import writes beside the server: each waits for the other's batches.
            BusyTimeout = BusyTimeout,
            Time = clock,
        });
        // 32 MiB of pages, so that the four indexes of a full store stay in memory while they grow in random places.
        _database.Execute("PRAGMA cache_size = -32768");
        // Pages that change again and again are copied back to the file less often.
        _database.Execute("PRAGMA wal_autocheckpoint = 8000");
        _tables = new SqliteTables(_database, bounds.Workflows);
    }

    public async ValueTask<RecordOutcome> RecordAsync(IReadOnlyList<WorkflowExecution> batch, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return InTransaction(now => _recorder.Record(_tables, batch, now));
        }
        finally
        {
            _writer.Release();
        }
    }

    public async ValueTask<IReadOnlyList<WorkflowEntry>> ListAsync(CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken).ConfigureAwait(false);
        using var connection = Open();
        using var statement = new SqliteStatement(connection, $"{Entries} ORDER BY name");
        List<WorkflowEntry> entries = [];
        while (statement.Step())
            entries.Add(Entry(statement));
        return entries;
    }

    public async ValueTask<WorkflowEntry?> FindAsync(string workflowId, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken).ConfigureAwait(false);
        using var connection = Open();
        using var statement = new SqliteStatement(connection, $"{Entries} AND name = ?1");
        return statement.Bind(1, workflowId).Step() ? Entry(statement) : null;
    }

    public ValueTask ReadAsync(string workflowId, ExecutionQuery query, Action<StoredExecution> visit, CancellationToken cancellationToken)
    {
        using var connection = Open();
        // Both statements see the database as of the first.
        using var transaction = connection.BeginTransaction(deferred: true);
        using (var running = new SqliteStatement(connection, $"{Selected} AND e.running = 1 AND e.at < MIN(?2, ?3 + 1) ORDER BY e.at, e.id, c.id"))
            Visit(running.Bind(1, workflowId).Bind(2, query.From).Bind(3, Math.Min(query.To, long.MaxValue - 1)), visit, cancellationToken);
        using (var ended = new SqliteStatement(connection, $"{Selected} AND e.at BETWEEN ?2 AND ?3 ORDER BY e.at, e.id, c.id"))
            Visit(ended.Bind(1, workflowId).Bind(2, query.From).Bind(3, query.To), visit, cancellationToken);
        return ValueTask.CompletedTask;
    }

    public ValueTask<StoredExecution?> FindExecutionAsync(string executionId, CancellationToken cancellationToken)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(deferred: true);
        using var find = new SqliteStatement(
            connection,
            """
            SELECT id, header, received FROM execution WHERE key = ?1 AND workflow <> 0
            UNION ALL SELECT id, header, received FROM execution WHERE execution_id = ?1 AND execution_id <> key AND workflow <> 0
            ORDER BY received DESC, id DESC LIMIT 1
            """);
        if (!find.Bind(1, executionId).Step())
            return ValueTask.FromResult<StoredExecution?>(null);
        var id = find.Int64(0);
        using var read = new SqliteStatement(connection, "SELECT count, steps, attributes FROM chunk WHERE id BETWEEN ?1 AND ?2 ORDER BY id");
        read.Bind(1, SqliteTables.ChunkId(id, 0)).Bind(2, SqliteTables.ChunkId(id, 63));
        List<StepChunk> chunks = [];
        while (read.Step())
            chunks.Add(SqliteTables.Chunk(read, 0));
        return ValueTask.FromResult<StoredExecution?>(new StoredExecution(HeaderCodec.Decode(find.Blob(1)), find.Int64(2), chunks));
    }

    public void Dispose()
    {
        _database.Dispose();
        _writer.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
    }

    private static void Visit(SqliteStatement rows, Action<StoredExecution> visit, CancellationToken cancellationToken)
    {
        List<StepChunk> chunks = [];
        var more = rows.Step();
        while (more)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var id = rows.Int64(0);
            var header = HeaderCodec.Decode(rows.Blob(1));
            var received = rows.Int64(2);
            chunks.Clear();
            do
            {
                if (!rows.IsNull(3))
                    chunks.Add(new StepChunk((int)rows.Int64(3), rows.Blob(4), default));
                more = rows.Step();
            }
            while (more && rows.Int64(0) == id);
            visit(new StoredExecution(header, received, chunks));
        }
    }

    private async ValueTask SweepAsync(CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            InTransaction(now =>
            {
                _recorder.Sweep(_tables, now);
                return 0;
            });
        }
        finally
        {
            _writer.Release();
        }
    }

    private T InTransaction<T>(Func<long, T> work)
    {
        _database.Begin();
        try
        {
            var result = work(UnixTime.From(_clock.GetUtcNow()));
            _database.Commit();
            return result;
        }
        catch
        {
            _tables.RolledBack();
            _database.Rollback();
            throw;
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var wait = new SqliteStatement(connection, $"PRAGMA busy_timeout = {(int)BusyTimeout.TotalMilliseconds}");
        wait.Execute();
        return connection;
    }

    private static WorkflowEntry Entry(SqliteStatement row) => new(
        row.Text(0), row.Int64(1), row.Int64(2), row.Int64(3), row.Int64(4), row.Int64(5), row.NullableInt64(6), row.NullableInt64(7));
}
