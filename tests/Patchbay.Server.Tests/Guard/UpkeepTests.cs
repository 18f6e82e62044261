using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Server.Guard;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Penalties;
using Patchbay.Server.Guard.RateLimit;
using Patchbay.Store.Keys;
using Patchbay.Store.Penalties;

namespace Patchbay.Server.Tests.Guard;

public sealed class UpkeepTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly MemoryKeyStore _keys = new();
    private readonly WatchedStore _penalties = new();
    private readonly ConcurrentQueue<string> _troubles = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_obeys_the_operator_and_stores_penalties_and_outlives_a_store_in_trouble()
    {
        var pepper = new Pepper(new byte[32]);
        var limiter = new KeyLimiter(_time, () => new RateLimitSettings());
        var ring = new KeyRing(_keys, pepper, _time, null, id => _ended.TrySetResult(id));
        using var upkeep = new Upkeep(ring, new PenaltyKeeper(limiter, _penalties, _time), _time, NullLogger<Upkeep>.Instance, _troubles.Enqueue);
        var commands = new KeyCommands(_keys, pepper, _time);
        var made = await commands.CreateAsync(new KeyRequest("ci"), Cancel);
        string id = made.Record!.Id;
        await upkeep.StartAsync(Cancel);
        Assert.NotNull(ring.Authenticate(made.Text, null, null));

        _penalties.Failing = true;
        var failed = _penalties.NextSave();
        for (int i = 0; i < 3; i++)
            limiter.CloseForInvalid(id);
        await failed.WaitAsync(Patience, Cancel);
        var saved = _penalties.NextSave();
        _penalties.Failing = false;
        limiter.Stepped.Set();
        await saved.WaitAsync(Patience, Cancel);

        await commands.RevokeAsync(id, Cancel);
        limiter.Stepped.Set();
        Assert.Equal(id, await _ended.Task.WaitAsync(Patience, Cancel));

        await upkeep.StopAsync(Cancel);
        Assert.Equal(3, Assert.Single((await _penalties.LoadAsync(Cancel)).Records).Level);
        Assert.Single(_troubles);
    }

    [Fact]
    public async Task Its_last_round_stores_what_came_in_the_last_second()
    {
        var limiter = new KeyLimiter(_time, () => new RateLimitSettings());
        var ring = new KeyRing(_keys, new Pepper(new byte[32]), _time, null);
        using var upkeep = new Upkeep(ring, new PenaltyKeeper(limiter, _penalties, _time), _time, NullLogger<Upkeep>.Instance);
        await upkeep.StartAsync(Cancel);
        limiter.Take("a", 1);
        limiter.Take("a", 1);

        await upkeep.StopAsync(Cancel);

        Assert.Equal("a", Assert.Single((await _penalties.LoadAsync(Cancel)).Records).KeyId);
    }

    private sealed class WatchedStore : IPenaltyStore
    {
        private readonly MemoryPenaltyStore _inner = new();
        private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public volatile bool Failing;

        public Task NextSave() => (_next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public ValueTask<PenaltySnapshot> LoadAsync(CancellationToken cancellationToken) => _inner.LoadAsync(cancellationToken);

        public async ValueTask SaveAsync(IReadOnlyCollection<PenaltyRecord> records, long seenClearVersion, CancellationToken cancellationToken)
        {
            bool failing = Failing;
            var done = _next;
            if (!failing)
                await _inner.SaveAsync(records, seenClearVersion, cancellationToken);
            done.TrySetResult();
            if (failing)
                throw new IOException("The disk is away.");
        }

        public ValueTask<bool> ClearAsync(string keyId, CancellationToken cancellationToken) => _inner.ClearAsync(keyId, cancellationToken);

        public ValueTask<PenaltyClears> ReadClearsAsync(long afterClearVersion, CancellationToken cancellationToken) =>
            _inner.ReadClearsAsync(afterClearVersion, cancellationToken);
    }
}
