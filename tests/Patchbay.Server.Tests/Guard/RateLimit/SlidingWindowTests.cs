using FsCheck;
using FsCheck.Fluent;
using Patchbay.Server.Guard.RateLimit;

namespace Patchbay.Server.Tests.Guard.RateLimit;

public sealed class SlidingWindowTests
{
    private const long Minute = 60 * TimeSpan.TicksPerSecond;

    // Gaps from nothing to more than a window, most of them short, none on whole milliseconds.
    private static readonly Gen<long> Gap = Gen.Frequency(
        (6, Gen.Choose(0, 20_000).Select(ticks => (long)ticks)),
        (3, Gen.Choose(0, 8_000).Select(ms => ms * 9_973L)),
        (1, Gen.Choose(0, 70_000).Select(ms => ms * 9_973L)));

    private static readonly Gen<int> SmallLimit = Gen.Choose(1, 25);

    private static readonly Gen<int> AnyLimit = Gen.OneOf(SmallLimit, Gen.Choose(SlidingWindow.LargestExactLimit - 1, SlidingWindow.LargestExactLimit + 40));

    // Invariant: take any admitted message; the 60 seconds that start with it hold at most the limit.
    [Fact]
    public void No_sixty_seconds_hold_more_than_the_limit() =>
        Prop.ForAll(AnyLimit.ToArbitrary(), Gap.ArrayOf(400).ToArbitrary(), (limit, gaps) =>
        {
            var window = SlidingWindow.Create(limit, null, 0);
            var admitted = new List<long>();
            long now = 1_234_567_890_123;
            foreach (long gap in gaps)
            {
                now += gap;
                for (int burst = limit > 100 ? 7 : 1; burst > 0; burst--)
                {
                    if (window.TryTake(now))
                        admitted.Add(now);
                }
            }

            return !admitted.Where((start, i) => i + limit < admitted.Count && admitted[i + limit] - start < Minute).Any();
        }).QuickCheckThrowOnFailure();

    // Invariant: whenever a message is refused, one sent retry_after_ms later, a minute at most, is admitted, and one sent two milliseconds earlier is not (limits up to 1,000).
    [Fact]
    [Patchbay.Testing.Requirement("PROTO-8-02")]
    public void Waiting_retry_after_always_admits_and_waiting_less_does_not() =>
        Prop.ForAll(SmallLimit.ToArbitrary(), Gap.ArrayOf(200).ToArbitrary(), (limit, gaps) =>
        {
            var window = SlidingWindow.Create(limit, null, 0);
            long now = 5_000_000_000_001;
            foreach (long gap in gaps)
            {
                now += gap;
                if (window.TryTake(now))
                    continue;
                long wait = window.RetryAfterMs(now) * TimeSpan.TicksPerMillisecond;
                if (wait is < 1 or > Minute)
                    return false;
                if (wait > 2 * TimeSpan.TicksPerMillisecond && window.TryTake(now + wait - (2 * TimeSpan.TicksPerMillisecond)))
                    return false;
                now += wait;
                if (!window.TryTake(now))
                    return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 9_998)]
    [InlineData(3_000, 5_000)]
    [InlineData(9_999, 9_999)]
    [InlineData(1, 10_001)]
    public void A_window_filled_within_a_millisecond_is_open_again_a_minute_after_its_last_message(int last, int refused)
    {
        var window = SlidingWindow.Create(5, null, 0);
        long start = 31 * Minute;
        for (int i = 0; i < 5; i++)
            Assert.True(window.TryTake(start + Math.Min(last, 1 + (last * i / 4))));
        Assert.False(window.TryTake(start + refused));

        // Rounded up to whole milliseconds as anything told.
        Assert.Equal((Minute + last - refused + 9_999) / 10_000, window.RetryAfterMs(start + refused));
        Assert.False(window.TryTake(start + last + Minute - 1));
        Assert.True(window.TryTake(start + last + Minute));
    }

    // Invariant: on whole milliseconds the window decides as the definition does, kept as a plain list.
    [Fact]
    public void On_whole_milliseconds_it_decides_as_the_definition() =>
        Prop.ForAll(SmallLimit.ToArbitrary(), Gen.Choose(0, 9_000).ArrayOf(300).ToArbitrary(), (limit, gaps) =>
        {
            var window = SlidingWindow.Create(limit, null, 0);
            var admitted = new List<long>();
            long now = 1_900_000_000_000 * TimeSpan.TicksPerMillisecond;
            foreach (int gap in gaps)
            {
                now += gap * TimeSpan.TicksPerMillisecond;
                bool expected = admitted.Count(at => now - at < Minute) < limit;
                if (expected)
                    admitted.Add(now);
                if (window.TryTake(now) != expected)
                    return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_very_large_limit_frees_every_place_within_a_slot_of_the_minute()
    {
        const int limit = 5_000;
        var window = SlidingWindow.Create(limit, null, 0);
        long now = 77 * Minute;
        for (int i = 0; i < limit; i++)
            Assert.True(window.TryTake(now));
        Assert.False(window.TryTake(now));

        long wait = window.RetryAfterMs(now);

        Assert.InRange(wait, 60_000, 60_000 + SlotWindow.SlotMs);
        Assert.False(window.TryTake(now + Minute - 1));
        Assert.True(window.TryTake(now + (wait * TimeSpan.TicksPerMillisecond)));
        Assert.Equal(1, window.Count(now + (wait * TimeSpan.TicksPerMillisecond)));
    }

    [Fact]
    public void The_largest_limit_costs_no_more_than_a_thousand()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var window = SlidingWindow.Create(1_000_000_000, null, 0);
        for (int i = 0; i < 100_000; i++)
            window.TryTake(i * 10_000L);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 2_048);
    }

    [Theory]
    [InlineData(10, 4)]
    [InlineData(10, 20)]
    [InlineData(10, 2_000)]
    [InlineData(2_000, 10)]
    [InlineData(2_000, 3_000)]
    public void A_changed_limit_keeps_what_is_in_the_window(int from, int to)
    {
        long now = 9 * Minute;
        var former = SlidingWindow.Create(from, null, now);
        while (former.TryTake(now))
            now += 7;

        var window = SlidingWindow.Create(to, former, now);

        int left = 0;
        while (left <= to && window.TryTake(now))
            left++;
        Assert.Equal(Math.Max(0, to - from), left);
        now += window.RetryAfterMs(now) * TimeSpan.TicksPerMillisecond;
        Assert.True(window.TryTake(now));
    }
}
