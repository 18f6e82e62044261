namespace Patchbay.Store.Sqlite;

/// <summary>The schema of <c>keys.db</c>.</summary>
internal static class SqliteKeyFileSchema
{
    /// <summary>"PBSK" in ASCII.</summary>
    public const int ApplicationId = 0x5042534B;

    /// <summary>The step to each version.</summary>
    public static readonly string[] Migrations =
    [
        """
        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO counters VALUES ('keys', 0), ('clears', 0);
        CREATE TABLE keys (
          id TEXT PRIMARY KEY,
          version INTEGER NOT NULL,
          last_used_ticks INTEGER,
          record TEXT NOT NULL);
        CREATE INDEX keys_version ON keys (version);
        CREATE TABLE penalties (key_id TEXT PRIMARY KEY, record TEXT NOT NULL);
        CREATE TABLE clears (key_id TEXT PRIMARY KEY, version INTEGER NOT NULL, at_ticks INTEGER NOT NULL) WITHOUT ROWID;
        """,
    ];
}
