namespace Patchbay.Tools.Workflow.Storage;

/// <summary>The tables of the SQLite store.</summary>
internal static class SqliteSchema
{
    /// <summary>Chunks of execution n have the ids n·64 to n·64+63: they lie together, and need no index of their own. The logarithmic method never makes as many as 64.</summary>
    public const int ChunkBits = 6;

    /// <summary>"PBWF": the mark of this kind of file.</summary>
    public const int ApplicationId = 0x50_42_57_46;

    /// <summary>The first version. A change is a further entry of <see cref="Migrations"/>.</summary>
    private const string First = """
        CREATE TABLE workflow (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
            seen INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0, steps INTEGER NOT NULL DEFAULT 0,
            evicted INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0);
        INSERT INTO workflow (id, name) VALUES (0, '');
        CREATE TABLE execution (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, workflow INTEGER NOT NULL, execution_id TEXT NOT NULL,
            at INTEGER NOT NULL, running INTEGER NOT NULL, received INTEGER NOT NULL, header BLOB NOT NULL, chunks BLOB NOT NULL);
        -- A trace is mostly known by its trace id, which is its key: such rows need no second index at a random place.
        CREATE INDEX execution_name ON execution (execution_id) WHERE execution_id <> key;
        CREATE INDEX execution_at ON execution (workflow, at);
        CREATE INDEX execution_running ON execution (workflow, at) WHERE running = 1;
        CREATE INDEX execution_received ON execution (workflow, received);
        CREATE TABLE chunk (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, steps BLOB NOT NULL, attributes BLOB NOT NULL);
        """;

    /// <summary>What leads from each version to the next.</summary>
    public static IReadOnlyList<string> Migrations { get; } = [First];
}
