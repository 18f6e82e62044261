using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;
using Patchbay.Store.Writing;

namespace Patchbay.Store.Sqlite;

/// <summary>The store in <c>sessions.db</c> of a data directory.</summary>
public sealed class SqliteStore : IStore
{
    private readonly IDisposable _directoryLock;
    private readonly SqliteDatabase _database;
    private readonly SqliteStoreState _state;
    private readonly GroupCommitter<SqliteWrite> _committer;
    private readonly ExecutionIndex _executionIndex;
    private readonly StoreClock _clock;
    private readonly ILogger _logger;
    private bool _disposed;

    private SqliteStore(IDisposable directoryLock, SqliteDatabase database, StoreOptions options, TimeProvider time, ILogger logger, string bootId)
    {
        _directoryLock = directoryLock;
        _database = database;
        _logger = logger;
        _state = new SqliteStoreState(database);
        _state.TakeOver(options.Durability, bootId);
        if (options.Durability == Durability.Balanced)
            database.Execute("PRAGMA synchronous=NORMAL");
        _clock = new StoreClock(time, _state.UpMilliseconds);
        Durability = options.Durability;

        var sessionTable = new SqliteSessionTable(database);
        var executionTable = new SqliteExecutionTable(database);
        sessionTable.Load();
        var live = sessionTable.ReadLive();
        var sessions = new SqliteSessionMap(live, database.Scalar("SELECT max(number) FROM sessions"));
        _executionIndex = new ExecutionIndex(options);
        executionTable.Load(_executionIndex);
        TellOpened(live.Count);

        var sink = new SqliteSink(database, sessionTable, executionTable, sessions, _executionIndex, options, _clock, logger);
        _committer = new GroupCommitter<SqliteWrite>(sink, "patchbay-store", options.MaxPendingWrites, options.MaxPendingBytes, time, logger);
        sink.Committer = _committer;
        Sessions = new SqliteSessionStore(_committer, sessionTable, sessions, _executionIndex, options, _clock);
        Executions = new SqliteExecutionStore(_committer, executionTable, sessions, _executionIndex, _clock);
    }

    /// <inheritdoc />
    public Durability Durability { get; }

    /// <inheritdoc />
    public long Epoch => _state.Epoch;

    /// <inheritdoc />
    public StoreTime Now => _clock.Now;

    /// <inheritdoc />
    public ISessionStore Sessions { get; }

    /// <inheritdoc />
    public IExecutionStore Executions { get; }

    /// <inheritdoc />
    public StoreFigures Figures
    {
        get
        {
            lock (_executionIndex.Gate)
                return _committer.Figures() with { Executions = _executionIndex.Count, EvictedExecutions = _executionIndex.Evicted };
        }
    }

    /// <summary>Opens the store of a data directory, and keeps a second server off it.</summary>
    /// <param name="directory">The data directory; made when it is not there.</param>
    /// <param name="options">Durability, bounds and lifetimes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    /// <exception cref="StoreException">The directory is in use by another server, or the file cannot be used; one line says why.</exception>
    public static SqliteStore Open(string directory, StoreOptions options, TimeProvider time, ILogger logger) =>
        Open(directory, options, time, logger, BootId.Read(), maxPages: 0);

    /// <summary>As the public one, with what tests want to choose.</summary>
    internal static SqliteStore Open(string directory, StoreOptions options, TimeProvider time, ILogger logger, string bootId, int maxPages)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Durability == Durability.Memory)
            throw new StoreException("Store:Durability is memory; a store in a file is balanced or strict.");
        var directoryLock = DataDirectory.Lock(directory);
        SqliteDatabase? database = null;
        string path = Path.Combine(directory, "sessions.db");
        try
        {
            database = OpenFile(path, time);
            if (maxPages > 0)
                database.Execute($"PRAGMA max_page_count={maxPages}");
            return new SqliteStore(directoryLock, database, options, time, logger, bootId);
        }
        catch (Exception fault)
        {
            database?.Dispose();
            directoryLock.Dispose();
            if (fault is SqliteException sqlite)
                throw SqliteFaults.CannotOpen(path, sqlite);
            throw;
        }
    }

    /// <summary>The file, for tests: only to be touched between commits.</summary>
    internal SqliteDatabase Database => _database;

    /// <inheritdoc />
    public CommitTicket Barrier() => _committer.Barrier();

    /// <inheritdoc />
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => _committer.WaitForRoomAsync(cancellationToken);

    /// <summary>Commits what was accepted, syncs it, marks the file as left in order, and frees the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _committer.DisposeAsync().ConfigureAwait(false);
        try
        {
            _state.Leave(_clock.Now);
        }
        catch (SqliteException fault)
        {
            SqliteStoreLog.CloseFailed(_logger, fault.Message);
        }

        _database.Dispose();
        _directoryLock.Dispose();
    }

    private static SqliteDatabase OpenFile(string path, TimeProvider time)
    {
        var database = SqliteDatabase.Open(new SqliteDatabaseOptions
        {
            Path = path,
            ApplicationId = SqliteStoreSchema.ApplicationId,
            Migrations = SqliteStoreSchema.Migrations,
            Exclusive = true,
            Time = time,
        });
        try
        {
            database.CheckAndRepair();
            SqliteUpgrade.Run(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void TellOpened(int sessions)
    {
        string path = _database.Connection.DataSource;
        if (_database.WasRepaired)
            SqliteStoreLog.Repaired(_logger, path);
        if (_state.MayHaveLost)
            SqliteStoreLog.NewEpoch(_logger, Epoch);
        SqliteStoreLog.Opened(_logger, path, Durability, Epoch, sessions, _executionIndex.Count);
    }
}
