using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Executions;
using Patchbay.Store.Sqlite;

namespace Patchbay.Store.Tests.Sqlite;

/// <summary>
/// The process that the crash tests kill: eight sessions that append, acknowledge and execute as fast as they can, and tell on standard output each thing
/// that was committed, after it was.
/// </summary>
internal static class CrashChild
{
    public const string Argument = "--crash-child";
    public const int Sessions = 8;

    public static async Task<int> RunAsync(string directory)
    {
        var store = SqliteStore.Open(directory, new StoreOptions(), TimeProvider.System, NullLogger.Instance);
        using var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => Task.Run(() => WorkAsync(store, $"ses-{Guid.NewGuid():N}-{i}", output))));
        return 1;
    }

    /// <summary>What stands in the message with this number.</summary>
    public static byte[] Message(string session, long seq)
    {
        byte[] bytes = new byte[50 + (seq * 7919 % 3000)];
        new Random((int)seq ^ (session[^1] << 20)).NextBytes(bytes);
        return bytes;
    }

    private static async Task WorkAsync(SqliteStore store, string session, TextWriter output)
    {
        await Check(store.Sessions.Create(Samples.Session(session, store.Epoch)));
        output.WriteLine($"created {session}");
        for (long seq = 1; ; seq++)
        {
            string request = string.Create(CultureInfo.InvariantCulture, $"req-{seq}");
            var begin = await store.Executions.BeginAsync(Samples.Start(session, request), CancellationToken.None);
            await Check(begin.Ticket);
            output.WriteLine($"started {session} {seq}");
            store.Executions.Finish(begin.Number, Samples.Answer($"{{\"n\":{seq}}}"));
            await Check(store.Sessions.Append(session, seq, Message(session, seq), new ExecutionDelivery(begin.Number, request)));
            output.WriteLine($"stored {session} {seq}");
            if (seq % 16 != 0)
                continue;
            await Check(store.Sessions.Acknowledge(session, seq - 8));
            output.WriteLine($"acknowledged {session} {seq - 8}");
        }
    }

    private static async Task Check(CommitTicket ticket)
    {
        if (await ticket.WaitAsync() is var fault and not StoreFault.None)
            throw new InvalidOperationException($"The store answered {fault}.");
    }
}
