using System.Diagnostics;
using System.Globalization;
using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;

namespace Patchbay.Store.Bench;

/// <summary>What clients make a store do. Each worker is one session that waits for each ticket, as a send loop does.</summary>
internal sealed class Load(string name, int sessions, int inFlight, Func<IStore, Worker, ValueTask> step)
{
    private static readonly byte[] Message = new byte[400];
    private static readonly byte[] Answer = new byte[150];
    private static readonly byte[] Params = new byte[250];

    public static IReadOnlyList<Load> All { get; } =
    [
        new("messages, 1 session", 1, 1, SendAsync),
        new("messages, 32 sessions", 32, 1, SendAsync),
        new("calls executed once, 1 session, 1 in flight", 1, 1, CallAsync),
        new("calls executed once, 32 sessions, 8 in flight each", 32, 8, CallAsync),
        new("calls that may be repeated, 32 sessions, 8 in flight each", 32, 8, RepeatableCallAsync),
    ];

    public string Name => name;

    public async Task<long> RunAsync(IStore store, TimeSpan span)
    {
        var end = Stopwatch.StartNew();
        long total = 0;
        await Task.WhenAll(Enumerable.Range(0, sessions).Select(async _ =>
        {
            var worker = new Worker($"ses-{Guid.NewGuid():N}");
            await store.Sessions.Create(new SessionRecord
            {
                Id = worker.Session,
                ClientId = "client-1",
                KeyId = "key1",
                Epoch = store.Epoch,
                Tokens = new SessionTokens(new byte[32]),
            }).WaitAsync().ConfigureAwait(false);
            await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
            {
                while (end.Elapsed < span)
                {
                    await step(store, worker).ConfigureAwait(false);
                    Interlocked.Increment(ref total);
                }
            }))).ConfigureAwait(false);
        })).ConfigureAwait(false);
        return total;
    }

    private static async ValueTask SendAsync(IStore store, Worker worker)
    {
        if (await Append(store, worker, null).WaitAsync().ConfigureAwait(false) != StoreFault.None)
            throw new InvalidOperationException("The store refused a message.");
    }

    private static async ValueTask CallAsync(IStore store, Worker worker)
    {
        string request = string.Create(CultureInfo.InvariantCulture, $"req-{worker.NextRequest()}");
        var begin = await BeginAsync(store, worker, request, repeatable: false).ConfigureAwait(false);
        if (await begin.Ticket.WaitAsync().ConfigureAwait(false) != StoreFault.None)
            throw new InvalidOperationException("The store refused a call.");
        store.Executions.Finish(begin.Number, new ExecutionAnswer(false, Answer));
        await Append(store, worker, new ExecutionDelivery(begin.Number, request)).WaitAsync().ConfigureAwait(false);
    }

    /// <summary>Its tool starts before the record is stored; what arrived is acknowledged with each call.</summary>
    private static async ValueTask RepeatableCallAsync(IStore store, Worker worker)
    {
        string request = string.Create(CultureInfo.InvariantCulture, $"req-{worker.NextRequest()}");
        var begin = await BeginAsync(store, worker, request, repeatable: true).ConfigureAwait(false);
        store.Executions.Finish(begin.Number, new ExecutionAnswer(false, Answer));
        var ticket = Append(store, worker, new ExecutionDelivery(begin.Number, request));
        long seq = worker.Seq;
        await ticket.WaitAsync().ConfigureAwait(false);
        lock (worker)
            store.Sessions.Acknowledge(worker.Session, seq);
    }

    private static ValueTask<ExecutionBegin> BeginAsync(IStore store, Worker worker, string request, bool repeatable) => store.Executions.BeginAsync(
        new ExecutionStart
        {
            Key = new ExecutionKey(ExecutionScope.Session, worker.Session, request),
            Digest = UInt128.One,
            KeyId = "key1",
            Method = "tools/call",
            Tool = repeatable ? "debug/echo" : "debug/append",
            Repeatable = repeatable,
            Params = repeatable ? Params : default,
            Waiter = new ExecutionWaiter(worker.Session, request, false),
        },
        CancellationToken.None);

    /// <summary>A message, and an acknowledgement with every sixteenth, as clients send them.</summary>
    private static CommitTicket Append(IStore store, Worker worker, ExecutionDelivery? answers)
    {
        lock (worker)
        {
            long seq = ++worker.Seq;
            var ticket = store.Sessions.Append(worker.Session, seq, Message, answers);
            if (seq % 16 == 0)
                store.Sessions.Acknowledge(worker.Session, seq - 8);
            return ticket;
        }
    }
}
