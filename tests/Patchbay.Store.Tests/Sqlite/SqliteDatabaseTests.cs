using Microsoft.Data.Sqlite;
using Patchbay.Store.Sqlite;

namespace Patchbay.Store.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private const string First = "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)";
    private const string Second = "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 5";
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_is_brought_to_the_newest_version_step_by_step_with_its_data()
    {
        using (var old = Open(First))
            Assert.Equal(1L, old.Scalar("SELECT max(version) FROM schema_versions"));

        using var database = Open(First, Second);

        Assert.Equal(2L, database.Scalar("SELECT max(version) FROM schema_versions"));
        Assert.Equal(2L, database.Scalar("SELECT count(*) FROM schema_versions"));
        Assert.Equal(5L, database.Scalar("SELECT y FROM a WHERE x = 1"));
    }

    [Fact]
    public void A_migration_that_fails_leaves_the_file_at_its_version()
    {
        using (Open(First))
        {
        }

        var fault = Assert.Throws<StoreException>(() => Open(First, "INSERT INTO a VALUES (2); INSERT INTO missing VALUES (1)"));

        Assert.StartsWith($"{_directory.File("x.db")} cannot be opened: ", fault.Message, StringComparison.Ordinal);
        using var database = Open(First);
        Assert.Equal(1L, database.Scalar("SELECT count(*) FROM a"));
    }

    [Fact]
    public void A_transaction_that_is_rolled_back_leaves_nothing()
    {
        using var database = Open(First);
        var insert = database.Prepare("INSERT INTO a VALUES (?1)");

        database.Begin();
        insert.Bind(1, 7).Execute();
        database.Rollback();
        database.Rollback();

        Assert.Equal(1L, database.Scalar("SELECT count(*) FROM a"));
    }

    [Fact]
    public void A_statement_gives_back_what_was_bound()
    {
        using var database = Open("CREATE TABLE b (i INTEGER, t TEXT, z BLOB, n INTEGER)");
        byte[] blob = [0, 255, 7];
        database.Prepare("INSERT INTO b VALUES (?1, ?2, ?3, ?4)").Bind(1, long.MinValue).Bind(2, "aé\u0000z€").Bind(3, blob).BindNull(4).Execute();

        var row = database.Prepare("SELECT i, z, n, length(CAST(t AS BLOB)) FROM b");

        Assert.True(row.Step());
        Assert.Equal(long.MinValue, row.Int64(0));
        Assert.Equal(blob, row.Blob(1));
        Assert.Null(row.NullableInt64(2));
        Assert.Equal(8L, row.Int64(3)); // a, é (2), NUL, z, € (3)
        Assert.False(row.Step());
    }

    [Fact]
    public void A_wrong_statement_is_refused_with_what_SQLite_says()
    {
        using var database = Open(First);

        var fault = Assert.Throws<SqliteException>(() => database.Prepare("SELECT missing FROM a"));

        Assert.Contains("no such column: missing", fault.Message, StringComparison.Ordinal);
    }

    private SqliteDatabase Open(params string[] migrations) => SqliteDatabase.Open(new SqliteDatabaseOptions
    {
        Path = _directory.File("x.db"),
        ApplicationId = 77,
        Migrations = migrations,
        Time = new ManualTime(),
    });
}
