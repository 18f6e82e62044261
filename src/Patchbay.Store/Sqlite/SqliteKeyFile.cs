using Microsoft.Data.Sqlite;
using Patchbay.Store.Keys;
using Patchbay.Store.Penalties;

namespace Patchbay.Store.Sqlite;

/// <summary>
/// Keys and penalties in <c>keys.db</c> of a data directory. A server and the operator's commands may have it open at once; every commit is synced,
/// whatever the durability of sessions: a revoked key stays revoked.
/// </summary>
public sealed class SqliteKeyFile : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly SqliteDatabase _database;
    private readonly string _path;

    private SqliteKeyFile(SqliteDatabase database, string path, TimeProvider time)
    {
        _database = database;
        _path = path;
        Keys = new SqliteKeyStore(this, database);
        Penalties = new SqlitePenaltyStore(this, database, time);
    }

    /// <summary>The keys.</summary>
    public IKeyStore Keys { get; }

    /// <summary>The penalties.</summary>
    public IPenaltyStore Penalties { get; }

    /// <summary>Opens the file, and makes it and the directory when they are not there.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="time">The clock that forgets old clearings.</param>
    /// <exception cref="StoreException">The file cannot be used; one line says why.</exception>
    public static SqliteKeyFile Open(string directory, TimeProvider time)
    {
        DataDirectory.Make(directory);
        string path = Path.Combine(directory, "keys.db");
        var database = SqliteDatabase.Open(new SqliteDatabaseOptions
        {
            Path = path,
            ApplicationId = SqliteKeyFileSchema.ApplicationId,
            Migrations = SqliteKeyFileSchema.Migrations,
            Time = time,
        });
        try
        {
            database.CheckAndRepair();
            return new SqliteKeyFile(database, path, time);
        }
        catch (SqliteException fault)
        {
            database.Dispose();
            throw SqliteFaults.CannotOpen(path, fault);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // What is under way on another thread ends first: a connection and its statements have one user at a time.
        _gate.Wait();
        _database.Dispose();
        _gate.Dispose();
    }

    /// <summary>Reads. A few microseconds, on the caller's thread.</summary>
    internal async ValueTask<T> ReadAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _database.Execute("BEGIN");
            return Ended(read());
        }
        catch (SqliteException fault)
        {
            throw Failed(fault);
        }
        finally
        {
            _database.Rollback();
            _gate.Release();
        }
    }

    /// <summary>Reads and writes in one transaction. It may wait for another process and for the disk, so not on the caller's thread.</summary>
    internal async ValueTask<T> WriteAsync<T>(Func<T> write, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(
                () =>
                {
                    _database.Begin();
                    return Ended(write());
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (SqliteException fault)
        {
            throw Failed(fault);
        }
        finally
        {
            _database.Rollback();
            _gate.Release();
        }
    }

    private T Ended<T>(T result)
    {
        _database.Commit();
        return result;
    }

    private StoreException Failed(SqliteException fault) => SqliteFaults.Of(fault) switch
    {
        StoreFault.NoSpace => new($"{_path} cannot be written: the disk is full.", fault),
        StoreFault.Damaged => SqliteFaults.Damaged(_path),
        _ => new($"{_path} cannot be used now: {fault.Message}", fault),
    };
}
