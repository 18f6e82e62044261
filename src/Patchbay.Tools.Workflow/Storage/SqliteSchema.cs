namespace Patchbay.Tools.Workflow.Storage;

/// <summary>The tables of the SQLite store.</summary>
internal static class SqliteSchema
{
    /// <summary>Chunks of execution n have the ids n·64 to n·64+63: they lie together, and need no index of their own. The logarithmic method never makes as many as 64.</summary>
    public const int ChunkBits = 6;

    /// <summary>The number in <c>user_version</c>.</summary>
    public const int Version = 1;

    public const string Create = """
        CREATE TABLE IF NOT EXISTS workflow (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
            seen INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0, steps INTEGER NOT NULL DEFAULT 0,
            evicted INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0);
        INSERT OR IGNORE INTO workflow (id, name) VALUES (0, '');
        CREATE TABLE IF NOT EXISTS execution (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, workflow INTEGER NOT NULL, execution_id TEXT NOT NULL,
            at INTEGER NOT NULL, running INTEGER NOT NULL, received INTEGER NOT NULL, header BLOB NOT NULL, chunks BLOB NOT NULL);
        -- A trace is mostly known by its trace id, which is its key: such rows need no second index at a random place.
        CREATE INDEX IF NOT EXISTS execution_name ON execution (execution_id) WHERE execution_id <> key;
        CREATE INDEX IF NOT EXISTS execution_at ON execution (workflow, at);
        CREATE INDEX IF NOT EXISTS execution_running ON execution (workflow, at) WHERE running = 1;
        CREATE INDEX IF NOT EXISTS execution_received ON execution (workflow, received);
        CREATE TABLE IF NOT EXISTS chunk (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, steps BLOB NOT NULL, attributes BLOB NOT NULL);
        PRAGMA user_version = 1;
        """;
}
