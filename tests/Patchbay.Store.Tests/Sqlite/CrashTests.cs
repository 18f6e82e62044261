using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Executions;
using Patchbay.Store.Sqlite;

namespace Patchbay.Store.Tests.Sqlite;

/// <summary>A real process is killed in the middle of its writes, again and again on the same directory.</summary>
public sealed class CrashTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Nothing_that_was_committed_is_lost_when_the_process_is_killed()
    {
        var told = new Told();
        for (int round = 0; round < 3; round++)
        {
            await KillAfterAsync(lines: 2000, told);
            await VerifyAsync(told);
        }

        Assert.Equal(3 * CrashChild.Sessions, told.Stored.Count);
    }

    private async Task KillAfterAsync(int lines, Told told)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, CommandLine())
        {
            RedirectStandardOutput = true,
        })!;
        using var deadline = new CancellationTokenSource(Samples.Patience);
        for (int i = 0; await child.StandardOutput.ReadLineAsync(deadline.Token) is { } line; i++)
        {
            told.Take(line);
            if (i == lines)
                child.Kill(); // SIGKILL; what is in the pipe is read to its end.
        }

        await child.WaitForExitAsync(deadline.Token);
        Assert.Equal(128 + 9, child.ExitCode);
    }

    private IEnumerable<string> CommandLine()
    {
        // Under `dotnet X.dll` the process is the host, and needs the name of the program.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            yield return typeof(CrashChild).Assembly.Location;
        yield return CrashChild.Argument;
        yield return _directory.Path;
    }

    private async Task VerifyAsync(Told told)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var store = SqliteStore.Open(_directory.Path, new StoreOptions(), TimeProvider.System, NullLogger.Instance);
        Assert.Equal(1L, store.Epoch);
        foreach (var (session, stored) in told.Stored)
        {
            var record = await store.Sessions.FindAsync(session, cancel);
            var messages = await store.Sessions.ReadMessagesAsync(session, 0, cancel);
            Assert.NotNull(record);
            Assert.True(record.LastSeq >= stored, $"{session}: {stored} was promised, the last is {record.LastSeq}.");
            Assert.True(record.AcknowledgedSeq >= told.Acknowledged.GetValueOrDefault(session));

            // Without a gap from the acknowledged one to the last, every byte as it was.
            Assert.Equal(record.LastSeq - record.AcknowledgedSeq, messages.Count);
            for (int i = 0; i < messages.Count; i++)
            {
                Assert.Equal(record.AcknowledgedSeq + 1 + i, messages[i].Seq);
                Assert.True(messages[i].Bytes.Span.SequenceEqual(CrashChild.Message(session, messages[i].Seq)));
            }

            await VerifyExecutionsAsync(store, session, told.Started[session], record.LastSeq, cancel);
        }
    }

    private static async Task VerifyExecutionsAsync(SqliteStore store, string session, long started, long last, CancellationToken cancel)
    {
        for (long seq = 1; seq <= started; seq++)
        {
            var begin = await store.Executions.BeginAsync(Samples.Start(session, string.Create(CultureInfo.InvariantCulture, $"req-{seq}")), cancel);

            // Its message is there, so its answer is; else it was cut off, and is known to have started.
            if (seq <= last)
                Assert.Equal((ExecutionOutcome.Finished, $"{{\"n\":{seq}}}"), (begin.Outcome, Samples.Text(begin.Answer.Json)));
            else
                Assert.Contains(begin.Outcome, new[] { ExecutionOutcome.Running, ExecutionOutcome.Finished });
        }

        var open = await store.Executions.ReadOpenAsync(cancel);
        Assert.All(open, record => Assert.True(record.Start.Key.Owner != session || NumberOf(record.Start.Key.Id) <= started + 1));
    }

    private static long NumberOf(string request) => long.Parse(request.AsSpan("req-".Length), CultureInfo.InvariantCulture);

    /// <summary>What the killed processes told was committed.</summary>
    private sealed class Told
    {
        public Dictionary<string, long> Stored { get; } = [];

        public Dictionary<string, long> Started { get; } = [];

        public Dictionary<string, long> Acknowledged { get; } = [];

        public void Take(string line)
        {
            string[] words = line.Split(' ');
            if (words[0] == "created")
                Stored[words[1]] = Started[words[1]] = 0;
            if (words.Length != 3)
                return;
            var table = words[0] switch { "stored" => Stored, "started" => Started, _ => Acknowledged };
            table[words[1]] = long.Parse(words[2], CultureInfo.InvariantCulture);
        }
    }
}
