using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Executions;
using Patchbay.Store.Memory;
using Patchbay.Store.Sessions;
using Patchbay.Store.Sqlite;
using Patchbay.Store.Tests.Sqlite;

namespace Patchbay.Store.Tests.Contract;

/// <summary>
/// Whatever happens, a file and memory say the same: for any history of sessions, messages, acknowledgements, executions, time and restarts of the file's
/// store, both answer each step and describe each session and each open execution alike.
/// </summary>
public sealed class RandomHistoryTests
{
    private const int Sessions = 3;

    [Fact]
    public void For_any_history_a_file_and_memory_say_the_same() =>
        Prop.ForAll(Gen.ListOf(Gen.Choose(0, 9_999)).Resize(120).ToArbitrary(), steps => Run([.. steps]).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    private static async Task Run(int[] steps)
    {
        using var directory = new TempDirectory();
        var time = new ManualTime();
        var memory = new MemoryStore(new StoreOptions { MaxExecutions = 16 }, time);
        var file = Open(directory, time);
        var numbers = new List<(long Memory, long File, string Request)>();
        int[] lives = new int[Sessions]; // The id of a session is never used again: ses-<i>-<life>.
        try
        {
            foreach (int step in steps)
            {
                // Records that end in one millisecond leave in no particular order.
                time.Advance(TimeSpan.FromMilliseconds(1));
                if (step % 40 == 39)
                {
                    await file.DisposeAsync();
                    file = Open(directory, time);
                }
                else
                {
                    await StepAsync(memory, file, time, numbers, lives, step);
                }
            }

            // When a record whose time is over is swept away is each store's affair; beginning another sweeps both.
            foreach (IStore store in (IStore[])[memory, file])
                await store.Executions.BeginAsync(Samples.Start("none", "req-last") with { Waiter = null }, default);
            foreach (string session in Enumerable.Range(0, Sessions).SelectMany(i => Enumerable.Range(0, lives[i] + 1).Select(life => $"ses-{i}-{life}")))
                Assert.Equal(await DescribeAsync(memory, session), await DescribeAsync(file, session));
            Assert.Equal(await DescribeOpenAsync(memory), await DescribeOpenAsync(file));
            Assert.Equal(memory.Figures.Executions, file.Figures.Executions);
        }
        finally
        {
            await file.DisposeAsync();
        }
    }

    private static SqliteStore Open(TempDirectory directory, ManualTime time) =>
        SqliteStore.Open(directory.Path, new StoreOptions { MaxExecutions = 16 }, time, NullLogger.Instance);

    private static async Task StepAsync(
        MemoryStore memory, SqliteStore file, ManualTime time, List<(long Memory, long File, string Request)> numbers, int[] lives, int step)
    {
        int which = step / 40 % Sessions;
        string session = $"ses-{which}-{lives[which]}";
        int value = step / 40 / Sessions;
        switch (step % 40)
        {
            case < 4:
                if (await memory.Sessions.FindAsync(session, default) is { EndedAt: null })
                    break;
                session = $"ses-{which}-{++lives[which]}";
                await Same(store => store.Sessions.Create(Samples.Session(session)), memory, file);
                break;
            case < 14:
                long seq = ((await memory.Sessions.FindAsync(session, default))?.LastSeq ?? 0) + 1;
                await Same(store => store.Sessions.Append(session, seq, Samples.Utf8($"message {value}")), memory, file);
                break;
            case < 18:
                await Same(store => store.Sessions.Acknowledge(session, value % 12), memory, file);
                break;
            case < 19:
                await Same(store => store.Sessions.End(session, (SessionState)(1 + (value % 3))), memory, file);
                break;
            case < 21:
                await Same(store => store.Sessions.Resume(session, new SessionTokens(Samples.Hash((byte)value), Samples.Hash(9))), memory, file);
                break;
            case < 30:
                var start = Samples.Start(session, $"req-{value % 20}", digest: (ulong)(value % 2), repeatable: value % 3 == 0, idempotencyKey: value % 5 == 0 ? $"key-{value % 4}" : null);
                var one = await memory.Executions.BeginAsync(start, default);
                var two = await file.Executions.BeginAsync(start, default);
                Assert.Equal((one.Outcome, one.Answer.IsError, Samples.Text(one.Answer.Json)), (two.Outcome, two.Answer.IsError, Samples.Text(two.Answer.Json)));
                if (one.Outcome == ExecutionOutcome.Started)
                    numbers.Add((one.Number, two.Number, $"req-{value % 20}"));
                break;
            case < 34 when numbers.Count > 0:
                var (inMemory, inFile, _) = numbers[value % numbers.Count];
                await Same(store => store.Executions.Finish(store == memory ? inMemory : inFile, Samples.Answer($"{{\"n\":{value}}}")), memory, file);
                break;
            case < 37 when numbers.Count > 0:
                var (m, f, request) = numbers[value % numbers.Count];
                await Same(store => store.Executions.Abandon(store == memory ? m : f, new ExecutionWaiter(session, request, false)), memory, file);
                break;
            default:
                time.Advance(TimeSpan.FromSeconds(value));
                break;
        }
    }

    private static async Task Same(Func<IStore, CommitTicket> write, MemoryStore memory, SqliteStore file) =>
        Assert.Equal(await Samples.FaultAsync(write(memory)), await Samples.FaultAsync(write(file)));

    private static async Task<string> DescribeAsync(IStore store, string id)
    {
        var messages = await store.Sessions.ReadMessagesAsync(id, 0, default);
        return await store.Sessions.FindAsync(id, default) is { } session
            ? $"{session.State} {session.AcknowledgedSeq} {session.LastSeq} {session.BufferedMessages} {session.BufferedBytes} {session.Tokens.Current[0]} " +
              $"{session.EndedAt is null} {string.Join(',', messages.Select(message => $"{message.Seq}:{Samples.Text(message.Bytes)}"))}"
            : "none";
    }

    private static async Task<string> DescribeOpenAsync(IStore store) =>
        string.Join('\n', (await store.Executions.ReadOpenAsync(default)).Select(record =>
            $"{record.Start.Key} {record.Start.Digest} {Samples.Text(record.Start.Params)} {(record.Answer is { } answer ? Samples.Text(answer.Json) : "-")} " +
            string.Join(',', record.Waiters.Select(waiter => waiter.ToString()).Order(StringComparer.Ordinal))));
}
