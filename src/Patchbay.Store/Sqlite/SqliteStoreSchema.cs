namespace Patchbay.Store.Sqlite;

/// <summary>The schema of <c>sessions.db</c>. Times are milliseconds of the store's clock.</summary>
internal static class SqliteStoreSchema
{
    /// <summary>"PBSS" in ASCII.</summary>
    public const int ApplicationId = 0x50425353;

    /// <summary>The step to each version.</summary>
    public static readonly string[] Migrations =
    [
        """
        CREATE TABLE store (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          epoch INTEGER NOT NULL,
          up_ms INTEGER NOT NULL,
          boot_id TEXT NOT NULL,
          clean INTEGER NOT NULL,
          durability INTEGER NOT NULL);
        INSERT INTO store VALUES (1, 1, 0, '', 1, 1);
        CREATE TABLE sessions (
          number INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          client_id TEXT NOT NULL,
          key_id TEXT NOT NULL,
          epoch INTEGER NOT NULL,
          token BLOB NOT NULL,
          previous_token BLOB,
          subscriptions BLOB NOT NULL,
          created_ms INTEGER NOT NULL,
          expires_ms INTEGER,
          state INTEGER NOT NULL,
          ended_ms INTEGER,
          acknowledged INTEGER NOT NULL);
        CREATE INDEX sessions_ended ON sessions (ended_ms) WHERE ended_ms IS NOT NULL;
        CREATE TABLE messages (
          session INTEGER NOT NULL,
          seq INTEGER NOT NULL,
          bytes BLOB NOT NULL,
          PRIMARY KEY (session, seq)) WITHOUT ROWID;
        CREATE TABLE executions (
          number INTEGER PRIMARY KEY,
          scope INTEGER NOT NULL,
          owner TEXT NOT NULL,
          id TEXT NOT NULL,
          digest BLOB NOT NULL,
          key_id TEXT NOT NULL,
          method TEXT NOT NULL,
          tool TEXT NOT NULL,
          repeatable INTEGER NOT NULL,
          created_ms INTEGER NOT NULL,
          ended_ms INTEGER,
          is_error INTEGER,
          waiter_session INTEGER,
          waiter_request TEXT,
          waiter_compact INTEGER,
          params BLOB,
          answer BLOB);
        CREATE TABLE waiters (
          execution INTEGER NOT NULL,
          session INTEGER NOT NULL,
          request TEXT NOT NULL,
          compact INTEGER NOT NULL,
          PRIMARY KEY (execution, session, request)) WITHOUT ROWID;
        """,
        // What stands in messages, executions and waiters is moved by SqliteUpgrade, which drops them.
        """
        CREATE TABLE message_pages (
          number INTEGER PRIMARY KEY,
          bytes BLOB NOT NULL);
        CREATE TABLE execution_pages (
          number INTEGER PRIMARY KEY,
          bytes BLOB NOT NULL);
        CREATE TABLE execution_left (
          page INTEGER PRIMARY KEY,
          offsets BLOB NOT NULL);
        """,
    ];
}
