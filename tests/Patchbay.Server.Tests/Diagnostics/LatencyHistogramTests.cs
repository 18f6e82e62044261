using Patchbay.Server.Diagnostics;

namespace Patchbay.Server.Tests.Diagnostics;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void A_percentile_is_at_most_a_sixteenth_above_the_true_one()
    {
        var histogram = new LatencyHistogram();
        var random = new Random(7);
        var values = Enumerable.Range(0, 10_000).Select(_ => Math.Exp(random.NextDouble() * 15)).Order().ToArray();
        foreach (var microseconds in values)
            histogram.Add(TimeSpan.FromMicroseconds(microseconds));

        var summary = histogram.Summarize();

        foreach (var (share, told) in new[] { (0.50, summary.P50), (0.95, summary.P95), (0.99, summary.P99) })
        {
            var exact = values[(int)Math.Ceiling(values.Length * share) - 1] / 1000;
            Assert.InRange(told, exact - 0.001, (exact * 17 / 16) + 0.001);
        }

        Assert.Equal(Math.Floor(values[^1]) / 1000, summary.Max, 3);
    }

    [Fact]
    public void Nothing_added_is_zero_and_a_day_is_no_more_than_the_last_bucket()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(default, histogram.Summarize());

        histogram.Add(TimeSpan.FromDays(1));
        histogram.Add(TimeSpan.FromMilliseconds(-1));

        Assert.Equal(TimeSpan.FromDays(1).TotalMilliseconds, histogram.Summarize().Max);
    }
}
