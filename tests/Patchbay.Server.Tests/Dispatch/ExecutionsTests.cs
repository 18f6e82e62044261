using Microsoft.Extensions.DependencyInjection;
using Patchbay.Store;
using Patchbay.Store.Executions;
using Patchbay.Store.Memory;
using Patchbay.Store.Sessions;
using Patchbay.Testing;

namespace Patchbay.Server.Tests.Dispatch;

public sealed class ExecutionsTests
{
    [Theory]
    [InlineData(Failing.AtOnce)]
    [InlineData(Failing.Later)]
    public async Task A_store_that_fails_when_a_call_begins_leaves_neither_its_id_nor_its_place_taken(Failing failing)
    {
        await using var store = new FailingStore();
        await using var server = await TestServer.StartWithAsync(builder => builder.Services.AddSingleton<IStore>(store), ("Limits:MaxInFlight", "1"));
        using var client = await WireClient.ConnectAsync(server);
        await client.AskAsync("session/hello", """{"client":{"name":"test","version":"1"},"resumable":true}""");
        store.Fails = failing;
        for (var i = 0; i < 2; i++)
        {
            var refused = await client.AnswerAsync(await client.RequestAsync("tools/call", """{"name":"debug/echo","arguments":{"n":1}}""", "req-again"));
            Assert.Equal("INTERNAL_ERROR", (string?)refused["error_code"]);
        }

        store.Fails = Failing.Never;
        var answer = await client.AnswerAsync(await client.RequestAsync("tools/call", """{"name":"debug/echo","arguments":{"n":1}}""", "req-again"));

        Assert.Equal(1, (int)answer["result"]!["n"]!);
    }

    public enum Failing
    {
        Never,
        AtOnce,
        Later,
    }

    /// <summary>A store in memory whose executions fail to begin.</summary>
    private sealed class FailingStore : IStore, IExecutionStore
    {
        private readonly MemoryStore _store = new(new StoreOptions(), TimeProvider.System);

        public Failing Fails { get; set; }

        public Durability Durability => _store.Durability;

        public long Epoch => _store.Epoch;

        public StoreTime Now => _store.Now;

        public StoreFigures Figures => _store.Figures;

        public ISessionStore Sessions => _store.Sessions;

        public IExecutionStore Executions => this;

        public CommitTicket Barrier() => _store.Barrier();

        public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => _store.WaitForRoomAsync(cancellationToken);

        public ValueTask<ExecutionBegin> BeginAsync(ExecutionStart start, CancellationToken cancellationToken) => Fails switch
        {
            Failing.AtOnce => throw new InvalidOperationException("The store fails at once."),
            Failing.Later => FailLaterAsync(),
            _ => _store.Executions.BeginAsync(start, cancellationToken),
        };

        public CommitTicket Finish(long number, ExecutionAnswer answer) => _store.Executions.Finish(number, answer);

        public CommitTicket Abandon(long number, ExecutionWaiter waiter) => _store.Executions.Abandon(number, waiter);

        public ValueTask<IReadOnlyList<ExecutionRecord>> ReadOpenAsync(CancellationToken cancellationToken) => _store.Executions.ReadOpenAsync(cancellationToken);

        public ValueTask DisposeAsync() => _store.DisposeAsync();

        private static async ValueTask<ExecutionBegin> FailLaterAsync()
        {
            await Task.Yield();
            throw new InvalidOperationException("The store fails later.");
        }
    }
}
