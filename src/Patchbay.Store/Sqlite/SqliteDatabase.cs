using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Patchbay.Store.Sqlite;

/// <summary>One connection to a database file in WAL mode, with its schema at the newest version. Not for two threads at once.</summary>
public sealed class SqliteDatabase : IDisposable
{
    private readonly List<SqliteStatement> _statements = [];
    private SqliteStatement? _begin;
    private SqliteStatement? _commit;
    private SqliteStatement? _rollback;

    private SqliteDatabase(SqliteConnection connection) => Connection = connection;

    /// <summary>The connection, for statements that are not hot.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Whether the file was damaged and has been repaired without loss.</summary>
    public bool WasRepaired { get; private set; }

    /// <summary>Opens the file, checks whose it is, repairs what can be repaired without loss, and brings the schema to the newest version.</summary>
    /// <exception cref="StoreException">The file is another program's, from a newer version, damaged beyond repair, in use, or cannot be opened.</exception>
    public static SqliteDatabase Open(SqliteDatabaseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
        }.ToString());
        var database = new SqliteDatabase(connection);
        try
        {
            connection.Open();
            database.Prepare(options);
            return database;
        }
        catch (SqliteException fault)
        {
            database.Dispose();
            throw SqliteFaults.CannotOpen(options.Path, fault);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Prepares a statement that is kept until the database is closed.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(Connection.Handle!, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Begins a transaction that may write.</summary>
    public void Begin() => (_begin ??= Prepare("BEGIN IMMEDIATE")).Execute();

    /// <summary>Commits.</summary>
    public void Commit() => (_commit ??= Prepare("COMMIT")).Execute();

    /// <summary>Undoes the transaction, when SQLite has not done so itself.</summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(Connection.Handle!) == 0)
            (_rollback ??= Prepare("ROLLBACK")).Execute();
    }

    /// <summary>Runs SQL without results.</summary>
    public void Execute(string sql)
    {
        using var command = Connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this product come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row as a number; 0 when there is none.</summary>
    public long Scalar(string sql)
    {
        using var statement = new SqliteStatement(Connection.Handle!, sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        Connection.Dispose();
    }

    private void Prepare(SqliteDatabaseOptions options)
    {
        Execute($"PRAGMA busy_timeout={(long)options.BusyTimeout.TotalMilliseconds}");

        // Exclusive before the first access: then the index of the WAL stays in this process's memory, and no commit asks for a file lock.
        if (options.Exclusive)
            Execute("PRAGMA locking_mode=EXCLUSIVE");
        SqliteSchema.CheckOwner(this, options);
        Execute("PRAGMA journal_mode=WAL");

        // A checkpoint syncs twice; at 4,096 pages (16 MiB) it does so rarely. A WAL that grew beyond 64 MiB in one transaction is cut back.
        Execute("PRAGMA wal_autocheckpoint=4096");
        Execute("PRAGMA journal_size_limit=67108864");
        Execute("PRAGMA foreign_keys=OFF");
        Execute("PRAGMA temp_store=MEMORY");
        Execute("PRAGMA synchronous=FULL");
        SqliteSchema.Migrate(this, options);
        if (!options.SyncEveryCommit)
            Execute("PRAGMA synchronous=NORMAL");
    }

    /// <summary>Looks for damage; tries to rebuild the indexes, which loses nothing.</summary>
    /// <exception cref="StoreException">The damage is in the data.</exception>
    public void CheckAndRepair()
    {
        if (IsSound("PRAGMA quick_check(1)"))
            return;
        try
        {
            Execute("REINDEX");
        }
        catch (SqliteException fault) when (SqliteFaults.Of(fault) == StoreFault.Damaged)
        {
            throw SqliteFaults.CannotOpen(Connection.DataSource, fault);
        }

        if (!IsSound("PRAGMA integrity_check(1)"))
            throw SqliteFaults.Damaged(Connection.DataSource);
        WasRepaired = true;
    }

    private bool IsSound(string pragma)
    {
        try
        {
            using var statement = new SqliteStatement(Connection.Handle!, pragma);
            return statement.Step() && statement.Text(0) == "ok";
        }
        catch (SqliteException fault) when (SqliteFaults.Of(fault) == StoreFault.Damaged)
        {
            return false;
        }
    }
}
