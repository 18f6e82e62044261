using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Sqlite;

namespace Patchbay.Store.Tests.Sqlite;

/// <summary>A real file system that is really full.</summary>
public sealed class TinyDiskTests
{
    private const string NotHere = "No file system can be mounted here; FullDiskTests has the same with a bound of pages.";
    private static readonly byte[] Message = new byte[16 << 10];
    private readonly ManualTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_loses_nothing_and_all_goes_on_when_space_returns()
    {
        using var disk = TinyDisk.TryMount(megabytes: 4);
        Assert.SkipWhen(disk is null, NotHere);
        await using (var store = Open(disk))
        {
            await Samples.Committed(store.Sessions.Create(Samples.Session("ses-1")));
            for (int seq = 1; seq <= 10; seq++)
                await Samples.Committed(store.Sessions.Append("ses-1", seq, Message));
            disk.Fill();

            var waiting = await FillAsync(store, firstSeq: 11);
            Assert.Equal(StoreFault.NoSpace, await Samples.FaultAsync(store.Sessions.Create(Samples.Session("ses-2"))));
            Assert.Equal(10, (await store.Sessions.ReadMessagesAsync("ses-1", 0, Cancel)).Count(message => message.Seq <= 10));

            disk.Free();
            _time.Advance(TimeSpan.FromSeconds(1));
            await Samples.Committed(waiting.Ticket);
            await Samples.Committed(store.Sessions.Create(Samples.Session("ses-2")));
            Assert.Equal(waiting.Seq, (await store.Sessions.FindAsync("ses-1", Cancel))!.LastSeq);
        }

        await using var reopened = Open(disk);
        Assert.Equal(["ses-1", "ses-2"], (await reopened.Sessions.ReadLiveAsync(Cancel)).Select(session => session.Id).Order());
    }

    [Fact]
    public async Task A_server_that_ends_on_a_full_disk_has_kept_what_it_promised()
    {
        using var disk = TinyDisk.TryMount(megabytes: 4);
        Assert.SkipWhen(disk is null, NotHere);
        long promised;
        await using (var store = Open(disk))
        {
            await Samples.Committed(store.Sessions.Create(Samples.Session("ses-1")));
            disk.Fill();
            var waiting = await FillAsync(store, firstSeq: 1);
            promised = waiting.Seq - 1;
        }

        disk.Free();
        await using var reopened = Open(disk);

        Assert.Equal(promised, Assert.Single(await reopened.Sessions.ReadLiveAsync(Cancel)).LastSeq);
        Assert.Equal(promised, (await reopened.Sessions.ReadMessagesAsync("ses-1", 0, Cancel)).Count);
    }

    private SqliteStore Open(TinyDisk disk) => SqliteStore.Open(disk.Path, new StoreOptions(), _time, NullLogger.Instance);

    private static async Task<(long Seq, CommitTicket Ticket)> FillAsync(SqliteStore store, long firstSeq)
    {
        for (long seq = firstSeq; ; seq++)
        {
            var ticket = store.Sessions.Append("ses-1", seq, Message);
            while (!ticket.IsSettled && store.Figures.Fault == StoreFault.None)
                await Task.Yield();
            if (!ticket.IsSettled)
                return (seq, ticket);
            await Samples.Committed(ticket);
        }
    }
}
