using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Executions;
using Patchbay.Store.Sqlite;

namespace Patchbay.Store.Tests.Sqlite;

/// <summary>A disk without space: here a file that may not grow beyond a number of pages, which SQLite answers as it answers a full disk (SQLITE_FULL).</summary>
public sealed class FullDiskTests : IDisposable
{
    private static readonly byte[] Large = new byte[64 << 10];
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_begins_is_refused_what_follows_is_kept_and_all_is_well_when_space_returns()
    {
        await using var store = Open();
        await Samples.Committed(store.Sessions.Create(Samples.Session("ses-1")));
        await Samples.Committed(store.Sessions.Create(Samples.Session("ses-2")));
        var running = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        long stored = await FillAsync(store, "ses-2");

        // The disk is full now: the tool that ran has its answer to store.
        var finish = store.Executions.Finish(running.Number, new ExecutionAnswer(false, Large));
        var answer = store.Sessions.Append("ses-1", 1, Large, new ExecutionDelivery(running.Number, "req-1"));
        var begun = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-2"), Cancel);
        var created = store.Sessions.Create(Samples.Session("ses-3"));

        Assert.Equal((ExecutionOutcome.Refused, StoreFault.NoSpace), (begun.Outcome, await Samples.FaultAsync(begun.Ticket)));
        Assert.Equal(StoreFault.NoSpace, await Samples.FaultAsync(created));
        Assert.Equal(StoreFault.NoSpace, store.Figures.Fault);
        Assert.False(finish.IsSettled);
        Assert.False(answer.IsSettled);
        Assert.Equal(stored, (await store.Sessions.FindAsync("ses-2", Cancel))!.LastSeq);
        Assert.Equal(ExecutionOutcome.Finished, (await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1") with { Waiter = null }, Cancel)).Outcome);

        // A client comes back and acknowledges: what it drops makes room, but only in its turn; so the operator helps.
        GrantSpace(store);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Samples.Committed(answer);
        await Samples.Committed(finish);
        await Samples.Committed(store.Sessions.Create(Samples.Session("ses-3")));
        Assert.Equal(ExecutionOutcome.Started, (await store.Executions.BeginAsync(Samples.Start("ses-1", "req-2"), Cancel)).Outcome);
        Assert.Equal(StoreFault.None, store.Figures.Fault);
        Assert.Equal(1L, (await store.Sessions.FindAsync("ses-1", Cancel))!.LastSeq);
    }

    [Fact]
    public async Task Everything_settled_before_the_disk_was_full_is_there_after_a_restart()
    {
        long stored;
        await using (var store = Open())
        {
            await Samples.Committed(store.Sessions.Create(Samples.Session("ses-2")));
            stored = await FillAsync(store, "ses-2");
        }

        await using var reopened = SqliteStore.Open(_directory.Path, new StoreOptions(), _time, NullLogger.Instance);

        Assert.Equal(stored, Assert.Single(await reopened.Sessions.ReadLiveAsync(Cancel)).LastSeq);
        Assert.Equal(stored, (await reopened.Sessions.ReadMessagesAsync("ses-2", 0, Cancel)).Count);
    }

    [Fact]
    public async Task A_change_that_the_disk_refused_is_stored_when_space_returns()
    {
        var start = Samples.Start("ses-1", "req-1", repeatable: true, idempotencyKey: "pay-1") with { Params = new byte[256 << 10] };
        await using (var store = Open())
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            store.Sessions.Create(Samples.Session("ses-2"));
            await Samples.Committed((await store.Executions.BeginAsync(start, Cancel)).Ticket);

            // The record is written anew with its params before the old one goes: that needs space.
            store.Database.Execute($"PRAGMA max_page_count={store.Database.Scalar("PRAGMA page_count")}");
            var second = await store.Executions.BeginAsync(start with { Waiter = new ExecutionWaiter("ses-2", "req-2", false) }, Cancel);
            while (store.Figures.Fault == StoreFault.None)
                await Task.Yield();
            Assert.False(second.Ticket.IsSettled);

            GrantSpace(store);
            _time.Advance(TimeSpan.FromSeconds(1));
            await Samples.Committed(second.Ticket);
        }

        await using var reopened = SqliteStore.Open(_directory.Path, new StoreOptions(), _time, NullLogger.Instance);
        var open = Assert.Single(await reopened.Executions.ReadOpenAsync(Cancel));

        Assert.Equal([new ExecutionWaiter("ses-1", "req-1", false), new ExecutionWaiter("ses-2", "req-2", false)], open.Waiters);
        Assert.Equal(256 << 10, open.Start.Params.Length);
    }

    private SqliteStore Open() => SqliteStore.Open(_directory.Path, new StoreOptions(), _time, NullLogger.Instance, "boot", maxPages: 256);

    private static void GrantSpace(SqliteStore store) => store.Database.Execute("PRAGMA max_page_count=100000");

    /// <summary>Appends until the disk refuses; the last message waits.</summary>
    /// <returns>The last seq that was committed.</returns>
    private static async Task<long> FillAsync(SqliteStore store, string session)
    {
        for (long seq = 1; ; seq++)
        {
            var ticket = store.Sessions.Append(session, seq, Large);
            while (!ticket.IsSettled && store.Figures.Fault == StoreFault.None)
                await Task.Yield();
            if (!ticket.IsSettled)
                return seq - 1;
        }
    }
}
