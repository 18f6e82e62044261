using Patchbay.Store.Sessions;

namespace Patchbay.Store.Sqlite;

/// <summary>What is held in memory of a session that may be written to.</summary>
internal sealed class SqliteSession(long number, SessionState state, long lastSeq)
{
    /// <summary>Its number in the file.</summary>
    public long Number { get; } = number;

    /// <summary>The last seq taken.</summary>
    public long LastSeq { get; set; } = lastSeq;

    /// <summary>Live or gapped.</summary>
    public volatile SessionState State = state;
}
