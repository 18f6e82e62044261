using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Sqlite;
using SQLitePCL;

namespace Patchbay.Store.Tests.Sqlite;

public sealed class GroupCommitTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Durability.Balanced)]
    [InlineData(Durability.Strict)]
    public async Task Ten_thousand_messages_take_far_fewer_commits(Durability durability)
    {
        await using var store = SqliteStore.Open(_directory.Path, new StoreOptions { Durability = durability }, TimeProvider.System, NullLogger.Instance);
        await Samples.Committed(store.Sessions.Create(Samples.Session("ses-1")));
        int transactions = 0;
        raw.sqlite3_commit_hook(store.Database.Connection.Handle, _ => ++transactions * 0, null);
        byte[] message = new byte[300];
        for (int seq = 1; seq <= 10_000; seq++)
            store.Sessions.Append("ses-1", seq, message);
        await Samples.Committed(store.Barrier());

        var figures = store.Figures;
        Assert.Equal(10_001L, figures.Writes);
        Assert.InRange(transactions, 1, 1000);
        Assert.Equal(figures.Commits - 1, transactions);
        Assert.Equal(10_000L, (await store.Sessions.FindAsync("ses-1", TestContext.Current.CancellationToken))!.LastSeq);
    }
}
