using Patchbay.Store.Sessions;

namespace Patchbay.Store.Sqlite;

/// <summary>What is held in memory of a session that may be written to.</summary>
internal sealed class SqliteSession(long number, SessionState state)
{
    /// <summary>Its number in the file.</summary>
    public long Number { get; } = number;

    /// <summary>Live or gapped.</summary>
    public volatile SessionState State = state;
}
