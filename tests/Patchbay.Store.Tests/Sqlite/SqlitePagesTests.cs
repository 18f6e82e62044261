using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;
using Patchbay.Store.Sqlite;

namespace Patchbay.Store.Tests.Sqlite;

/// <summary>Rows that hold many messages or executions each.</summary>
public sealed class SqlitePagesTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Rows_go_when_everything_in_them_is_acknowledged_or_dropped()
    {
        await using var store = Open(new StoreOptions { MaxExecutions = 16 });
        store.Sessions.Create(Samples.Session("ses-1"));
        for (int seq = 1; seq <= 500; seq++)
        {
            var begin = await store.Executions.BeginAsync(Samples.Start("ses-1", $"req-{seq}"), Cancel);
            store.Executions.Finish(begin.Number, new ExecutionAnswer(false, new byte[1000]));
            store.Sessions.Append("ses-1", seq, new byte[1000], new ExecutionDelivery(begin.Number, $"req-{seq}"));
            if (seq % 5 == 0)
                await Samples.Committed(store.Sessions.Acknowledge("ses-1", seq));
        }

        // Empty rows of messages go with the next group.
        await Samples.Committed(store.Sessions.SetExpiry("ses-1", null));

        Assert.Equal(0L, store.Database.Scalar("SELECT count(*) FROM message_pages"));
        // The 16 that are left stand in at most 16 rows, and nothing is kept about others.
        Assert.InRange(store.Database.Scalar("SELECT count(*) FROM execution_pages"), 1, 16);
        Assert.Equal(0L, store.Database.Scalar("SELECT count(*) FROM execution_left WHERE page NOT IN (SELECT number FROM execution_pages)"));
        Assert.Equal(16, store.Figures.Executions);
    }

    [Fact]
    public async Task Neither_neighbours_nor_size_change_a_message()
    {
        // Rows are of 4,000 bytes: some messages share one, some fill one, some have one of their own.
        int[] sizes = [1, 3_980, 3_979, 1, 2_000, 2_000, 100_000, 0, 7];
        await using (var store = Open())
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            store.Sessions.Create(Samples.Session("ses-2"));
            for (int i = 0; i < sizes.Length; i++)
            {
                store.Sessions.Append("ses-1", i + 1, Bytes(sizes[i], 1));
                store.Sessions.Append("ses-2", i + 1, Bytes(sizes[i], 2));
            }

            store.Sessions.Acknowledge("ses-2", 4);
        }

        await using var reopened = Open();
        var first = await reopened.Sessions.ReadMessagesAsync("ses-1", 0, Cancel);
        var second = await reopened.Sessions.ReadMessagesAsync("ses-2", 5, Cancel);

        Assert.Equal(sizes.Select(size => Bytes(size, 1)), first.Select(message => message.Bytes.ToArray()));
        Assert.Equal(sizes.Skip(5).Select(size => Bytes(size, 2)), second.Select(message => message.Bytes.ToArray()));
        Assert.Equal(sizes.Skip(4).Sum(), (await reopened.Sessions.FindAsync("ses-2", Cancel))!.BufferedBytes);
    }

    [Fact]
    public async Task Params_outlive_everything_that_changes_a_running_execution()
    {
        await using (var store = Open())
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            store.Sessions.Create(Samples.Session("ses-2"));
            var begin = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1", repeatable: true, idempotencyKey: "pay-1"), Cancel);
            await Samples.Committed(begin.Ticket);
            var second = await store.Executions.BeginAsync(Samples.Start("ses-2", "req-2", repeatable: true, idempotencyKey: "pay-1"), Cancel);
            await Samples.Committed(second.Ticket);
            await Samples.Committed(store.Executions.Abandon(begin.Number, new ExecutionWaiter("ses-1", "req-1", false)));
        }

        await using var reopened = Open();
        var open = Assert.Single(await reopened.Executions.ReadOpenAsync(Cancel));

        Assert.Equal("{\"name\":\"debug/append\"}", Samples.Text(open.Start.Params));
        Assert.Equal([new ExecutionWaiter("ses-2", "req-2", false)], open.Waiters);
    }

    [Fact]
    public async Task The_number_of_a_session_is_not_given_to_another()
    {
        // A call waits for the answer in the name of a session that is long gone.
        await using (var store = Open())
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
            await Samples.Committed(store.Sessions.End("ses-1", SessionState.Expired));
            for (int second = 0; second < 610; second++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await store.Sessions.FindAsync("ses-1", Cancel);
            }
        }

        await using (var store = Open())
            await Samples.Committed(store.Sessions.Create(Samples.Session("ses-2")));
        await using var reopened = Open();

        Assert.Empty(Assert.Single(await reopened.Executions.ReadOpenAsync(Cancel)).Waiters);
    }

    [Fact]
    public async Task A_record_that_went_early_does_not_come_back_in_place_of_a_newer_one_of_its_key()
    {
        // The row it stands in is kept for its neighbours.
        var options = new StoreOptions { MaxExecutions = 16 };
        long newer;
        await using (var store = Open(options))
        {
            for (int i = 1; i <= 17; i++)
            {
                var begin = await store.Executions.BeginAsync(Start($"req-{i}"), Cancel);
                var finish = store.Executions.Finish(begin.Number, Samples.Answer("{}"));
                if (i == 16)
                    await Samples.Committed(finish);
            }

            newer = (await store.Executions.BeginAsync(Start("req-1"), Cancel)).Number;
        }

        await using var reopened = Open(options);
        var again = await reopened.Executions.BeginAsync(Start("req-1"), Cancel);

        Assert.Equal((ExecutionOutcome.Running, newer), (again.Outcome, again.Number));
        Assert.Equal(16, reopened.Figures.Executions);

        static ExecutionStart Start(string request) => Samples.Start("ses-1", request) with { Waiter = null };
    }

    [Fact]
    public async Task An_execution_that_has_ended_and_gone_does_not_come_back_as_a_running_one()
    {
        // Begun in the same rows as others that go on running, which keep the rows.
        const int Begun = 40;
        var options = new StoreOptions { MaxExecutions = 64 };
        var running = new List<long>();
        await using (var store = Open(options))
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            var begun = new List<long>();
            for (int i = 0; i < Begun; i++)
                begun.Add((await store.Executions.BeginAsync(Samples.Start("ses-1", $"req-{i}"), Cancel)).Number);
            await Samples.Committed(store.Barrier());
            for (int i = 0; i < Begun; i++)
            {
                if (i % 2 == 0)
                    store.Executions.Finish(begun[i], Samples.Answer("{}"));
                else
                    running.Add(begun[i]);
            }

            await Samples.Committed(store.Barrier());
            for (int i = 0; i < options.MaxExecutions; i++)
            {
                var other = await store.Executions.BeginAsync(Samples.Start("ses-1", $"other-{i}") with { Waiter = null }, Cancel);
                await Samples.Committed(store.Executions.Finish(other.Number, Samples.Answer("{}")));
            }
        }

        await using var reopened = Open();

        Assert.Equal(running, (await reopened.Executions.ReadOpenAsync(Cancel)).Select(record => record.Number));
        Assert.Equal(options.MaxExecutions, reopened.Figures.Executions);
    }

    [Theory]
    [InlineData("message_pages", "zeroblob(7)")] // Ends within the number of the session.
    [InlineData("message_pages", "x'01000000000000000500000000000000FFFFFF7F'")] // Longer than the row.
    [InlineData("message_pages", "x'0100000000000000050000000000000001000000AA'")] // Seq 5, where 1 is missing.
    [InlineData("execution_pages", "zeroblob(3)")]
    [InlineData("execution_pages", "x'FFFFFFFF'")]
    [InlineData("execution_pages", "zeroblob(64)")] // Lengths of 0: no execution is that short.
    public async Task Bytes_that_cannot_be_what_was_written_are_refused_in_one_line(string table, string bytes)
    {
        await using (var store = Open())
        {
            await Samples.Committed(store.Sessions.Create(Samples.Session("ses-1")));
            store.Database.Execute($"INSERT INTO {table} VALUES (1, {bytes})");
        }

        var fault = Assert.Throws<StoreException>(() => Open());

        Assert.Equal(
            $"{_directory.File("sessions.db")} is damaged and cannot be repaired without loss; restore it from a backup, or move it away to start without what it holds.",
            fault.Message);
    }

    private static byte[] Bytes(int size, int seed)
    {
        byte[] bytes = new byte[size];
        new Random(seed + size).NextBytes(bytes);
        return bytes;
    }

    private SqliteStore Open(StoreOptions? options = null) => SqliteStore.Open(_directory.Path, options ?? new StoreOptions(), _time, NullLogger.Instance);
}
