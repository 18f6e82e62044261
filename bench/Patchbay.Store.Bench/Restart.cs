using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Sessions;
using Patchbay.Store.Sqlite;

namespace Patchbay.Store.Bench;

/// <summary>How long sessions take to come back: open the file, read what is live, and let every session resume and read its messages at once.</summary>
internal static class Restart
{
    private const int Sessions = 10_000;
    private const int Messages = 10;

    public static async Task RunAsync(Durability durability)
    {
        string directory = Directory.CreateTempSubdirectory("patchbay-bench-").FullName;
        try
        {
            await FillAsync(directory, durability).ConfigureAwait(false);
            var watch = Stopwatch.StartNew();
            var store = Open(directory, durability);
            var live = await store.Sessions.ReadLiveAsync(CancellationToken.None).ConfigureAwait(false);
            double opened = watch.Elapsed.TotalSeconds;
            await Task.WhenAll(live.Select(session => Task.Run(() => ResumeAsync(store, session)))).ConfigureAwait(false);
            Console.WriteLine($"| {durability} | {live.Count:N0} | {opened:N2} | {watch.Elapsed.TotalSeconds:N2} |");
            await store.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static SqliteStore Open(string directory, Durability durability) =>
        SqliteStore.Open(directory, new StoreOptions { Durability = durability }, TimeProvider.System, NullLogger.Instance);

    private static async Task FillAsync(string directory, Durability durability)
    {
        await using var store = Open(directory, durability);
        for (int i = 0; i < Sessions; i++)
        {
            string id = $"ses-{i}";
            var record = new SessionRecord { Id = id, ClientId = id, KeyId = "key1", Epoch = store.Epoch, Tokens = new SessionTokens(new byte[32]) };
            store.Sessions.Create(record);
            for (int seq = 1; seq <= Messages; seq++)
                store.Sessions.Append(id, seq, new byte[400]);
            if (i % 500 == 0)
                await store.Barrier().WaitAsync().ConfigureAwait(false);
        }
    }

    private static async Task ResumeAsync(SqliteStore store, SessionRecord session)
    {
        var ticket = store.Sessions.Resume(session.Id, new SessionTokens(new byte[32], session.Tokens.Current));
        var messages = await store.Sessions.ReadMessagesAsync(session.Id, 0, CancellationToken.None).ConfigureAwait(false);
        if (await ticket.WaitAsync().ConfigureAwait(false) != StoreFault.None || messages.Count != Messages)
            throw new InvalidOperationException("A session did not come back whole.");
    }
}
