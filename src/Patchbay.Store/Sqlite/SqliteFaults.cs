using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Patchbay.Store.Sqlite;

/// <summary>What SQLite's error codes come to (sqlite.org/rescode.html).</summary>
public static class SqliteFaults
{
    /// <summary>The fault of a failed write.</summary>
    public static StoreFault Of(SqliteException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => StoreFault.NoSpace,
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => StoreFault.Damaged,
            raw.SQLITE_IOERR or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_NOMEM or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY => StoreFault.Unavailable,
            // A constraint, a misuse: a fault of this program, and trying again would not help.
            _ => StoreFault.Damaged,
        };
    }

    /// <summary>One line for people about a file that cannot be opened.</summary>
    internal static StoreException CannotOpen(string path, SqliteException fault) => fault.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB => new($"{path} is not a SQLite database; move it away or choose another data directory.", fault),
        raw.SQLITE_CORRUPT => Damaged(path),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new($"{path} is in use by another process.", fault),
        raw.SQLITE_FULL => new($"{path} cannot be opened: the disk is full.", fault),
        raw.SQLITE_READONLY => new($"{path} cannot be opened: it is read-only.", fault),
        _ => new($"{path} cannot be opened: {fault.Message}", fault),
    };

    /// <summary>One line for people about a damaged file.</summary>
    internal static StoreException Damaged(string path) =>
        new($"{path} is damaged and cannot be repaired without loss; restore it from a backup, or move it away to start without what it holds.");
}
