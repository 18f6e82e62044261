using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Sqlite;

namespace Patchbay.Store.Tests.Sqlite;

/// <summary>Files that are in use, foreign, newer or damaged, and machines that went down.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string SessionsFile => _directory.File("sessions.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_server_on_one_directory_is_refused_in_one_line()
    {
        await using (Open())
        {
            var fault = Assert.Throws<StoreException>(() => Open());
            Assert.Equal($"Another server works on the data directory {_directory.Path}; stop it, or choose another with Patchbay__DataDirectory.", fault.Message);
        }

        await using var after = Open();
        Assert.Equal(1L, after.Epoch);
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await FillAsync();
        Sql("INSERT INTO schema_versions VALUES (7, '2030-01-01T00:00:00Z')");
        byte[] before = await File.ReadAllBytesAsync(SessionsFile, Cancel);

        var fault = Assert.Throws<StoreException>(() => Open());

        Assert.Equal($"{SessionsFile} was written by a newer version (schema 7; this one knows 2); start that version.", fault.Message);
        Assert.Equal(before, await File.ReadAllBytesAsync(SessionsFile, Cancel));
    }

    [Fact]
    public async Task A_file_that_takes_no_message_any_more_answers_each_with_damage()
    {
        await FillAsync();
        Sql("CREATE TRIGGER broken BEFORE INSERT ON message_pages BEGIN SELECT RAISE(ABORT, 'broken'); END");
        await using var store = Open();
        await Samples.Committed(store.Sessions.Create(Samples.Session("ses-new")));

        // The first is refused by the file; from then on nothing is written, and the numbers go on.
        for (var seq = 1; seq <= 3; seq++)
            Assert.Equal(StoreFault.Damaged, await Samples.FaultAsync(store.Sessions.Append("ses-new", seq, new byte[10])));
        Assert.Equal(StoreFault.Damaged, store.Figures.Fault);
    }

    [Fact]
    public void The_database_of_another_program_is_refused_and_left_as_it_is()
    {
        Sql("CREATE TABLE recipes (name TEXT)");
        byte[] before = File.ReadAllBytes(SessionsFile);

        var fault = Assert.Throws<StoreException>(() => Open());

        Assert.Equal($"{SessionsFile} is the database of another program; move it away or choose another data directory.", fault.Message);
        Assert.Equal(before, File.ReadAllBytes(SessionsFile));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        File.WriteAllText(SessionsFile, string.Concat(Enumerable.Repeat("not a database ", 1000)));

        var fault = Assert.Throws<StoreException>(() => Open());

        Assert.Equal($"{SessionsFile} is not a SQLite database; move it away or choose another data directory.", fault.Message);
    }

    [Fact]
    public async Task Damage_in_the_data_is_refused_in_one_line()
    {
        await FillAsync();
        Overwrite(RootPageOf("message_pages"));

        var fault = Assert.Throws<StoreException>(() => Open());

        Assert.Equal(
            $"{SessionsFile} is damaged and cannot be repaired without loss; restore it from a backup, or move it away to start without what it holds.",
            fault.Message);
    }

    [Fact]
    public async Task Damage_in_an_index_is_repaired_without_loss_and_starts_a_new_epoch()
    {
        await FillAsync();

        // An entry taken out of the index of ids: the table still has the session, a search by id would not find it.
        RemoveCellsOf(RootPageOf("sqlite_autoindex_sessions_1"));

        await using var store = Open();

        Assert.Equal(2L, store.Epoch);
        Assert.Equal(200L, (await store.Sessions.FindAsync("ses-1", Cancel))!.LastSeq);
        Assert.Equal(200, (await store.Sessions.ReadMessagesAsync("ses-1", 0, Cancel)).Count);
    }

    [Theory]
    [InlineData(Durability.Balanced, 2L)]
    [InlineData(Durability.Strict, 1L)]
    public async Task A_power_loss_starts_a_new_epoch_unless_every_commit_was_synced(Durability durability, long epoch)
    {
        // A copy of the files while they are open is what a process that was cut off leaves; another boot id says that the machine was cut off too.
        using var copy = new TempDirectory();
        await using (var store = Open(durability, "boot-1"))
        {
            await Samples.Committed(store.Sessions.Create(Samples.Session("ses-1", store.Epoch)));
            foreach (string file in Directory.GetFiles(_directory.Path, "sessions.db*"))
                CopyOpen(file, copy.File(Path.GetFileName(file)));
        }

        await using var after = SqliteStore.Open(
            copy.Path, new StoreOptions { Durability = durability }, TimeProvider.System, NullLogger.Instance, "boot-2", maxPages: 0);

        Assert.Equal(epoch, after.Epoch);
        Assert.Equal(1L, Assert.Single(await after.Sessions.ReadLiveAsync(Cancel)).Epoch);
    }

    [Theory]
    [InlineData(Durability.Balanced, 1L)] // sqlite.org/pragma.html#pragma_synchronous: NORMAL
    [InlineData(Durability.Strict, 2L)] // FULL
    public async Task Strict_syncs_every_commit_and_balanced_the_checkpoints(Durability durability, long synchronous)
    {
        await using var store = Open(durability);

        Assert.Equal(synchronous, store.Database.Scalar("PRAGMA synchronous"));
    }

    [Fact]
    public async Task A_clean_end_keeps_the_epoch_across_a_reboot()
    {
        await using (Open(Durability.Balanced, "boot-1"))
        {
        }

        await using var after = Open(Durability.Balanced, "boot-2");

        Assert.Equal(1L, after.Epoch);
    }

    [Fact]
    public void A_store_in_a_file_cannot_promise_memory()
    {
        var fault = Assert.Throws<StoreException>(() => Open(Durability.Memory));

        Assert.Equal("Store:Durability is memory; a store in a file is balanced or strict.", fault.Message);
    }

    private SqliteStore Open(Durability durability = Durability.Balanced, string bootId = "boot-1") =>
        SqliteStore.Open(_directory.Path, new StoreOptions { Durability = durability }, TimeProvider.System, NullLogger.Instance, bootId, maxPages: 0);

    private async Task FillAsync()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        for (int seq = 1; seq <= 200; seq++)
            store.Sessions.Append("ses-1", seq, new byte[500]);
    }

    private void Sql(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long RootPageOf(string name)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT rootpage FROM sqlite_master WHERE name = $name";
        command.Parameters.AddWithValue("$name", name);
        return (long)command.ExecuteScalar()!;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={SessionsFile};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void CopyOpen(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var target = File.Create(to);
        source.CopyTo(target);
    }

    private void Overwrite(long page) => AtPage(page, file => file.Write(Enumerable.Repeat((byte)0xA5, 4096).ToArray()));

    /// <summary>Sets the number of cells of a b-tree page to 0 (SQLite file format, section 1.6: two bytes at offset 3).</summary>
    private void RemoveCellsOf(long page) => AtPage(page, file =>
    {
        file.Seek(3, SeekOrigin.Current);
        file.Write([0, 0]);
    });

    private void AtPage(long page, Action<FileStream> change)
    {
        using var file = new FileStream(SessionsFile, FileMode.Open, FileAccess.ReadWrite);
        file.Seek((page - 1) * 4096, SeekOrigin.Begin);
        change(file);
    }
}
