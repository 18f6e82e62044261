using FsCheck;
using FsCheck.Fluent;
using Patchbay.Tools.System.History;

namespace Patchbay.Tools.System.Tests.History;

public sealed class HistoryStoreTests
{
    [Fact]
    public void A_hundred_series_stay_under_sixteen_mebibytes()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var store = new HistoryStore(100);
        var after = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(store);

        Assert.InRange(after - before, 100 * (900 * 8), 16 << 20);
    }

    // A single value above all others is the greatest of its bucket in every tier, wherever it falls and however far the tier folds.
    [Fact]
    public void A_spike_of_one_sample_is_the_maximum_in_every_tier_and_after_folding_to_any_number_of_points() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60),
            Prop.ForAll(
                (from length in Gen.Choose(1, 20_000)
                 from age in Gen.Choose(0, 899)
                 from points in Gen.Choose(10, 2000)
                 select (length, age, points)).ToArbitrary(),
                given =>
                {
                    var spikeAt = Math.Max(0, given.length - 1 - given.age);
                    var store = new HistoryStore(1);
                    for (var second = 0; second < given.length; second++)
                        store.Append(second, [second == spikeAt ? 1000 : second % 7]);
                    foreach (var tier in store.Tiers)
                        Assert.Equal(1000, tier.Read(0, spikeAt / tier.StepSeconds).Max);
                    foreach (var minutes in new[] { 15, 360, 1440 })
                    {
                        var range = store.Range(minutes * 60, given.points)!;
                        var folded = range.Read(0);
                        Assert.True(folded.Length <= given.points);
                        // A folded stretch may drop its oldest, cut-off bucket to stay within the points asked for.
                        if (spikeAt >= range.FirstSecond)
                            Assert.Equal(1000, folded.Max(point => point.Max));
                    }
                }));

    [Fact]
    public void A_folded_point_holds_the_least_the_mean_and_the_greatest_of_its_seconds()
    {
        var store = new HistoryStore(1);
        for (var second = 0; second < 1200; second++)
            store.Append(second, [second]);
        // Twenty minutes are more than the first tier holds: the ten-second tier answers.
        var range = store.Range(1200, 600)!;

        Assert.Equal(10, range.StepSeconds);
        Assert.Equal(120, range.Points);
        Assert.Equal(new TierPoint(50, 54.5, 59, 10), range.Read(0)[5]);
    }

    [Fact]
    public void A_short_history_is_told_by_the_second_however_long_a_stretch_is_asked_for()
    {
        var store = new HistoryStore(1);
        for (var second = 0; second < 30; second++)
            store.Append(second, [second]);
        var range = store.Range(1440 * 60, 600)!;

        Assert.Equal(1, range.StepSeconds);
        Assert.Equal(Enumerable.Range(0, 30).Select(second => (double)second), range.Read(0).Select(point => point.Mean));
    }

    [Fact]
    public void A_stretch_holds_exactly_the_seconds_asked_for()
    {
        var store = new HistoryStore(1);
        for (var second = 0; second < 5000; second++)
            store.Append(second, [second]);
        var points = store.Range(300, 600)!.Read(0);

        Assert.Equal(300, points.Length);
        Assert.Equal(4700, points[0].Mean);
        Assert.Equal(4999, points[^1].Mean);
    }

    [Fact]
    public void Seconds_without_a_sample_are_holes_also_when_the_ring_has_gone_round()
    {
        var store = new HistoryStore(1);
        for (var second = 0; second < 2000; second++)
            store.Append(second, [1]);
        store.Append(2100, [2]);
        var points = store.Range(120, 600)!.Read(0);

        Assert.Equal(100, points.Count(point => point.Count == 0));
        Assert.All(store.Tiers, tier => Assert.Equal(2, tier.Read(0, 2100 / tier.StepSeconds).Max));
        Assert.Equal(0, store.Tiers[1].Read(0, 205).Count);
        Assert.Equal(0, store.Tiers[2].Read(0, 34).Count);
    }

    [Fact]
    public void A_pause_longer_than_a_day_leaves_nothing_of_the_time_before()
    {
        var store = new HistoryStore(1);
        for (var second = 0; second < 100; second++)
            store.Append(second, [1]);
        store.Append(200_000, [5]);

        Assert.Equal([5], store.Range(1440 * 60, 600)!.Read(0).Where(point => point.Count > 0).Select(point => point.Mean));
    }

    [Fact]
    public void What_was_never_known_stays_unknown()
    {
        var store = new HistoryStore(2);
        for (var second = 0; second < 100; second++)
            store.Append(second, [double.NaN, 1]);

        Assert.All(store.Range(100, 10)!.Read(0), point => Assert.Equal(0, point.Count));
        Assert.All(store.Range(100, 10)!.Read(1), point => Assert.Equal(1, point.Mean));
    }

    [Fact]
    public void Nothing_asked_for_is_nothing()
    {
        var store = new HistoryStore(1);
        Assert.Null(store.Range(300, 600));
        store.Append(0, [1]);
        Assert.Null(store.Range(0, 600));
    }
}
