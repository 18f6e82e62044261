using Microsoft.Data.Sqlite;
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
        WHERE e.workflow = (SELECT id FROM workflow WHERE name = $0)
        """;

    private readonly string _connectionString;
    private readonly TimeProvider _clock;
    private readonly BoundedRecorder _recorder;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly SqliteConnection _connection;
    private readonly SqliteTables _tables;

    /// <summary>Opens the file, making it and its folder when they do not exist.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="strict">Whether a batch must survive a loss of power, not only the end of the process.</param>
    /// <param name="bounds">How much is kept.</param>
    /// <param name="clock">The time of receipt.</param>
    public SqliteWorkflowStore(string path, bool strict, StoreBounds bounds, TimeProvider clock)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
        _clock = clock;
        _recorder = new BoundedRecorder(bounds);
        _connection = new SqliteConnection(_connectionString);
        _connection.Open();
        using (var version = new SqliteStatement(_connection, "PRAGMA user_version", 0))
        {
            if ((long)version.Scalar()! > SqliteSchema.Version)
                throw new InvalidOperationException($"{path} was written by a newer version of this program, and is left as it is.");
        }

        Execute(_connection, "PRAGMA journal_mode = WAL");
        Execute(_connection, strict ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        // 32 MiB of pages, so that the four indexes of a full store stay in memory while they grow in random places.
        Execute(_connection, "PRAGMA cache_size = -32768");
        // Pages that change again and again are copied back to the file less often.
        Execute(_connection, "PRAGMA wal_autocheckpoint = 8000");
        Execute(_connection, SqliteSchema.Create);
        _tables = new SqliteTables(_connection, bounds.Workflows);
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
        using var statement = new SqliteStatement(connection, $"{Entries} ORDER BY name", 0);
        using var reader = statement.Read();
        List<WorkflowEntry> entries = [];
        while (reader.Read())
            entries.Add(Entry(reader));
        return entries;
    }

    public async ValueTask<WorkflowEntry?> FindAsync(string workflowId, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken).ConfigureAwait(false);
        using var connection = Open();
        using var statement = new SqliteStatement(connection, $"{Entries} AND name = $0", 1);
        using var reader = statement.Read(workflowId);
        return reader.Read() ? Entry(reader) : null;
    }

    public ValueTask ReadAsync(string workflowId, ExecutionQuery query, Action<StoredExecution> visit, CancellationToken cancellationToken)
    {
        using var connection = Open();
        // Both statements see the database as of the first.
        using var transaction = connection.BeginTransaction(deferred: true);
        using (var running = new SqliteStatement(connection, $"{Selected} AND e.running = 1 AND e.at < MIN($1, $2 + 1) ORDER BY e.at, e.id, c.id", 3))
            Visit(running.Read(workflowId, query.From, Math.Min(query.To, long.MaxValue - 1)), visit, cancellationToken);
        using (var ended = new SqliteStatement(connection, $"{Selected} AND e.at BETWEEN $1 AND $2 ORDER BY e.at, e.id, c.id", 3))
            Visit(ended.Read(workflowId, query.From, query.To), visit, cancellationToken);
        return ValueTask.CompletedTask;
    }

    public ValueTask<StoredExecution?> FindExecutionAsync(string executionId, CancellationToken cancellationToken)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(deferred: true);
        using var find = new SqliteStatement(
            connection,
            """
            SELECT id, header, received FROM execution WHERE key = $0 AND workflow <> 0
            UNION ALL SELECT id, header, received FROM execution WHERE execution_id = $0 AND execution_id <> key AND workflow <> 0
            ORDER BY received DESC, id DESC LIMIT 1
            """,
            1);
        using var execution = find.Read(executionId);
        if (!execution.Read())
            return ValueTask.FromResult<StoredExecution?>(null);
        var id = execution.GetInt64(0);
        using var read = new SqliteStatement(connection, "SELECT count, steps, attributes FROM chunk WHERE id BETWEEN $0 AND $1 ORDER BY id", 2);
        using var reader = read.Read(SqliteTables.ChunkId(id, 0), SqliteTables.ChunkId(id, 63));
        List<StepChunk> chunks = [];
        while (reader.Read())
            chunks.Add(SqliteTables.Chunk(reader, 0));
        return ValueTask.FromResult<StoredExecution?>(new StoredExecution(HeaderCodec.Decode(execution.GetFieldValue<byte[]>(1)), execution.GetInt64(2), chunks));
    }

    public void Dispose()
    {
        _tables.Dispose();
        _connection.Dispose();
        _writer.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
    }

    private static void Visit(SqliteDataReader reader, Action<StoredExecution> visit, CancellationToken cancellationToken)
    {
        using (reader)
        {
            List<StepChunk> chunks = [];
            var more = reader.Read();
            while (more)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var id = reader.GetInt64(0);
                var header = HeaderCodec.Decode(reader.GetFieldValue<byte[]>(1));
                var received = reader.GetInt64(2);
                chunks.Clear();
                do
                {
                    if (!reader.IsDBNull(3))
                        chunks.Add(new StepChunk(reader.GetInt32(3), reader.GetFieldValue<byte[]>(4), default));
                    more = reader.Read();
                }
                while (more && reader.GetInt64(0) == id);
                visit(new StoredExecution(header, received, chunks));
            }
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
        Execute(_connection, "BEGIN IMMEDIATE");
        try
        {
            var result = work(UnixTime.From(_clock.GetUtcNow()));
            Execute(_connection, "COMMIT");
            return result;
        }
        catch
        {
            _tables.RolledBack();
            Execute(_connection, "ROLLBACK");
            throw;
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    private static WorkflowEntry Entry(SqliteDataReader reader) => new(
        reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
        reader.IsDBNull(6) ? null : reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetInt64(7));

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        // Only constants of this room come here; nothing from outside is ever part of them.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
