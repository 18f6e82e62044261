using Microsoft.Extensions.Logging;

namespace Patchbay.Store.Sqlite;

internal static partial class SqliteStoreLog
{
    [LoggerMessage(4010, LogLevel.Error, "A commit failed with SQLite code {Code}: {Reason}")]
    public static partial void CommitFailed(ILogger logger, int code, string reason);

    [LoggerMessage(4011, LogLevel.Information, "The store {Path} is open: durability {Durability}, epoch {Epoch}, {Sessions} sessions, {Executions} execute-once records.")]
    public static partial void Opened(ILogger logger, string path, Durability durability, long epoch, int sessions, int executions);

    [LoggerMessage(4012, LogLevel.Warning, "The machine went down while the store was open below strict durability: its newest writes may be missing, so sessions start anew (epoch {Epoch}).")]
    public static partial void NewEpoch(ILogger logger, long epoch);

    [LoggerMessage(4013, LogLevel.Warning, "The file {Path} was damaged; its indexes were rebuilt and nothing was lost. Look after the disk.")]
    public static partial void Repaired(ILogger logger, string path);

    [LoggerMessage(4014, LogLevel.Error, "The store could not be closed cleanly: {Reason}")]
    public static partial void CloseFailed(ILogger logger, string reason);
}
