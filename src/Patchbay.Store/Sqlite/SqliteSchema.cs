using System.Globalization;

namespace Patchbay.Store.Sqlite;

/// <summary>Whose a file is, and which version its schema has.</summary>
internal static class SqliteSchema
{
    /// <summary>Refuses a file that another program made, before anything is written to it.</summary>
    public static void CheckOwner(SqliteDatabase database, SqliteDatabaseOptions options)
    {
        long mark = database.Scalar("PRAGMA application_id");
        bool isEmpty = database.Scalar("SELECT count(*) FROM sqlite_master") == 0;
        if (mark != options.ApplicationId && !(isEmpty && mark == 0))
            throw new StoreException($"{options.Path} is the database of another program; move it away or choose another data directory.");
    }

    /// <summary>Brings the schema to the newest version, each step in a transaction of its own.</summary>
    public static void Migrate(SqliteDatabase database, SqliteDatabaseOptions options)
    {
        if (VersionOf(database) < options.Migrations.Count)
            Apply(database, options);
        long version = VersionOf(database);
        if (version > options.Migrations.Count)
            throw new StoreException($"{options.Path} was written by a newer version (schema {version}; this one knows {options.Migrations.Count}); start that version.");
    }

    private static void Apply(SqliteDatabase database, SqliteDatabaseOptions options)
    {
        database.Begin();
        try
        {
            // Asked again under the lock: two processes may have come here at once.
            database.Execute($"PRAGMA application_id={options.ApplicationId}");
            database.Execute("CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL)");
            for (int version = (int)VersionOf(database); version < options.Migrations.Count; version++)
            {
                database.Execute(options.Migrations[version]);
                string now = options.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                database.Execute($"INSERT INTO schema_versions VALUES ({version + 1}, '{now}')");
            }

            database.Commit();
        }
        catch
        {
            database.Rollback();
            throw;
        }
    }

    private static long VersionOf(SqliteDatabase database) =>
        database.Scalar("SELECT count(*) FROM sqlite_master WHERE name = 'schema_versions'") == 0 ? 0 : database.Scalar("SELECT max(version) FROM schema_versions");
}
