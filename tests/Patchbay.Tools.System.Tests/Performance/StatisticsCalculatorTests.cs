using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Tests.Performance;

public sealed class StatisticsCalculatorTests
{
    [Fact]
    public void Statistics_of_a_ramp_are_those_of_the_textbook()
    {
        // 0, 1, … 100, one a second.
        var statistics = StatisticsCalculator.Of(Enumerable.Range(0, 101).Select(value => new TierPoint(value, value, value, 1)), 1);

        Assert.Equal(0, statistics.Min);
        Assert.Equal(50, statistics.Mean);
        Assert.Equal(50, statistics.P50);
        Assert.Equal(95, statistics.P95!.Value, 9);
        Assert.Equal(99, statistics.P99!.Value, 9);
        Assert.Equal(100, statistics.Max);
        // The variance of 0 … n-1 over n - 1 is n (n + 1) / 12.
        Assert.Equal(Math.Sqrt(101 * 102 / 12.0), statistics.Stdev!.Value, 9);
        Assert.Equal(60, statistics.TrendPerMinute!.Value, 9);
    }

    [Fact]
    public void Percentiles_interpolate_between_the_ranks()
    {
        var statistics = StatisticsCalculator.Of(new double[] { 10, 20, 30, 40 }.Select(value => new TierPoint(value, value, value, 1)), 1);

        // Rank 0.5 × 3 = 1.5 and 0.95 × 3 = 2.85.
        Assert.Equal(25, statistics.P50!.Value, 9);
        Assert.Equal(38.5, statistics.P95!.Value, 9);
    }

    [Fact]
    public void Holes_take_no_part_but_keep_their_time()
    {
        TierPoint[] points = [new(1, 1, 1, 1), TierPoint.None, TierPoint.None, new(4, 4, 4, 1)];
        var statistics = StatisticsCalculator.Of(points, 1);

        Assert.Equal(2, statistics.Count);
        Assert.Equal(2.5, statistics.Mean);
        Assert.Equal(60, statistics.TrendPerMinute!.Value, 9);
    }

    [Fact]
    public void Of_one_value_there_is_no_spread_and_no_trend_and_of_none_nothing()
    {
        var one = StatisticsCalculator.Of([new TierPoint(3, 3, 3, 1)], 1);
        Assert.Equal(3, one.P95);
        Assert.Null(one.Stdev);
        Assert.Null(one.TrendPerMinute);

        var none = StatisticsCalculator.Of([TierPoint.None], 1);
        Assert.Null(none.Min);
        Assert.Null(none.Mean);
        Assert.Null(none.P50);
        Assert.Equal(0, none.Count);
    }

    [Fact]
    public void Folded_buckets_keep_their_extremes_and_weigh_their_means()
    {
        var statistics = StatisticsCalculator.Of([new TierPoint(0, 10, 90, 10), new TierPoint(5, 40, 50, 5)], 10);

        Assert.Equal(0, statistics.Min);
        Assert.Equal(90, statistics.Max);
        Assert.Equal(20, statistics.Mean!.Value, 9);
        Assert.Equal(15, statistics.Count);
    }
}
