using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;
using Patchbay.Store.Sqlite;

namespace Patchbay.Store.Tests.Sqlite;

/// <summary>A file that an earlier version made.</summary>
public sealed class SqliteUpgradeTests : IDisposable
{
    // As schema 1 had it: a row for each message, execution and further waiter.
    private const string Content = """
        INSERT INTO sessions VALUES (4, 'ses-1', 'client-1', 'key1', 1, zeroblob(32), NULL, x'', 0, NULL, 0, NULL, 2);
        INSERT INTO sessions VALUES (5, 'ses-2', 'client-2', 'key1', 1, zeroblob(32), NULL, x'', 0, NULL, 0, NULL, 0);
        INSERT INTO sessions VALUES (6, 'ses-3', 'client-3', 'key1', 1, zeroblob(32), NULL, x'', 0, NULL, 2, 900, 7);
        INSERT INTO messages VALUES (4, 3, CAST('third' AS BLOB)), (4, 4, CAST('fourth' AS BLOB)), (5, 1, zeroblob(100000));
        INSERT INTO executions VALUES (11, 0, 'ses-1', 'req-1', x'FFFFFFFFFFFFFFFF0000000000000007', 'key1', 'tools/call', 'debug/echo', 1, 100, NULL, NULL,
          4, 'req-1', 1, CAST('{"a":1}' AS BLOB), NULL);
        INSERT INTO executions VALUES (12, 1, 'key1', 'pay-1', x'FFFFFFFFFFFFFFFF0000000000000007', 'key1', 'tools/call', 'debug/append', 0, 200, 300, 1,
          5, 'req-2', 0, NULL, CAST('{"code":"TOOL_TIMEOUT"}' AS BLOB));
        INSERT INTO executions VALUES (13, 0, 'ses-1', 'req-3', x'FFFFFFFFFFFFFFFF0000000000000007', 'key1', 'tools/call', 'debug/append', 0, 400, 500, 0,
          NULL, NULL, NULL, NULL, CAST('{"n":3}' AS BLOB));
        INSERT INTO waiters VALUES (12, 5, 'req-2', 0), (12, 4, 'req-4', 1);
        UPDATE store SET up_ms = 1000, epoch = 3;
        """;

    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_file_of_schema_1_keeps_its_sessions_messages_and_executions()
    {
        MakeOld();

        // Opened again, it is read from where it was moved to.
        for (int time = 0; time < 2; time++)
        {
            await using var store = Open();
            var sessions = await store.Sessions.ReadLiveAsync(Cancel);
            var messages = await store.Sessions.ReadMessagesAsync("ses-1", 0, Cancel);
            var open = await store.Executions.ReadOpenAsync(Cancel);

            Assert.Equal(3L, store.Epoch);
            Assert.Equal([("ses-1", 2L, 4L, 2, 11L), ("ses-2", 0L, 1L, 1, 100_000L)], sessions.Select(Figures));
            Assert.Equal([(3L, "third"), (4L, "fourth")], messages.Select(message => (message.Seq, Samples.Text(message.Bytes))));
            Assert.Equal(SessionState.Closed, (await store.Sessions.FindAsync("ses-3", Cancel))!.State);
            Assert.Equal([11L, 12L], open.Select(record => record.Number));
            Assert.Equal(("{\"a\":1}", "debug/echo", true), (Samples.Text(open[0].Start.Params), open[0].Start.Tool, open[0].Start.Repeatable));
            Assert.Equal([new ExecutionWaiter("ses-1", "req-1", true)], open[0].Waiters);
            Assert.Equal((true, "{\"code\":\"TOOL_TIMEOUT\"}"), (open[1].Answer!.Value.IsError, Samples.Text(open[1].Answer!.Value.Json)));
            Assert.Equal([new ExecutionWaiter("ses-2", "req-2", false), new ExecutionWaiter("ses-1", "req-4", true)], open[1].Waiters);
            var again = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-3") with { Waiter = null }, Cancel);
            Assert.Equal((ExecutionOutcome.Finished, 13L, "{\"n\":3}"), (again.Outcome, again.Number, Samples.Text(again.Answer.Json)));
            Assert.Equal(2L, store.Database.Scalar("SELECT max(version) FROM schema_versions"));
            Assert.Equal(0L, store.Database.Scalar("SELECT count(*) FROM sqlite_master WHERE name IN ('messages', 'executions', 'waiters')"));
        }
    }

    [Fact]
    public async Task A_move_that_was_cut_off_starts_again()
    {
        // The new tables are there, the content is not moved yet: what a kill between the two leaves.
        MakeOld();
        using (Open(SqliteStoreSchema.Migrations))
        {
        }

        await using var store = Open();

        Assert.Equal(4L, (await store.Sessions.FindAsync("ses-1", Cancel))!.LastSeq);
        Assert.Equal(3, store.Figures.Executions);
    }

    private static (string Id, long Acknowledged, long Last, int Messages, long Bytes) Figures(SessionRecord session) =>
        (session.Id, session.AcknowledgedSeq, session.LastSeq, session.BufferedMessages, session.BufferedBytes);

    private void MakeOld()
    {
        using var old = Open([SqliteStoreSchema.Migrations[0]]);
        old.Execute(Content);
    }

    private SqliteDatabase Open(IReadOnlyList<string> migrations) => SqliteDatabase.Open(new SqliteDatabaseOptions
    {
        Path = _directory.File("sessions.db"),
        ApplicationId = SqliteStoreSchema.ApplicationId,
        Migrations = migrations,
        Time = TimeProvider.System,
    });

    private SqliteStore Open() => SqliteStore.Open(_directory.Path, new StoreOptions(), new ManualTime(), NullLogger.Instance);
}
