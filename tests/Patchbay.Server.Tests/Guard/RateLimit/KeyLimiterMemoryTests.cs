using Patchbay.Server.Guard.RateLimit;
using Patchbay.Testing;

namespace Patchbay.Server.Tests.Guard.RateLimit;

[Collection(nameof(MemoryBound))]
public sealed class KeyLimiterMemoryTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_hundred_thousand_keys_at_their_limit_and_in_a_cooldown_take_less_than_64_MiB()
    {
        string[] ids = [.. Enumerable.Range(0, 100_000).Select(i => $"k{i:x11}")];
        var limiter = new KeyLimiter(_time, () => new RateLimitSettings());
        long before = LiveHeap.Bytes();

        foreach (string id in ids)
        {
            for (int i = 0; i < 151; i++)
                limiter.Take(id, null);
        }

        _time.AdvanceMs(5_000);
        foreach (string id in ids)
            limiter.Take(id, null);
        limiter.TakeUnsaved();
        long held = LiveHeap.Bytes() - before;

        Assert.Equal(ids.Length, limiter.Known);
        Assert.Equal(2, limiter.PenaltyLevel(ids[^1]));
        Assert.True(held < 64 << 20, $"{held >> 10} KiB");
        TestContext.Current.TestOutputHelper?.WriteLine($"{held >> 10} KiB");
    }
}
