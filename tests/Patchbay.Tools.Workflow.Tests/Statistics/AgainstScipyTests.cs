using System.Text.Json;
using Patchbay.Tools.Workflow.Statistics;

namespace Patchbay.Tools.Workflow.Tests.Statistics;

/// <summary>The cases of Data/statistics.json, which Data/make_statistics.py made with scipy and numpy.</summary>
public sealed class AgainstScipyTests
{
    private static readonly JsonElement Cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "statistics.json"))).RootElement;

    [Fact]
    public void Mann_Whitney_agrees_with_scipy_to_the_ninth_digit()
    {
        foreach (var example in Cases.GetProperty("two_samples").EnumerateArray())
        {
            var (u, p) = MannWhitney.Test(Sorted(example, "a"), Sorted(example, "b"));

            Assert.Equal(example.GetProperty("u").GetDouble(), u, 1e-9);
            Assert.Equal(example.GetProperty("p").GetDouble(), p, 1e-9);
        }
    }

    [Fact]
    public void The_Hodges_Lehmann_shift_is_the_median_of_all_differences()
    {
        foreach (var example in Cases.GetProperty("two_samples").EnumerateArray())
            Assert.Equal(example.GetProperty("shift").GetDouble(), HodgesLehmann.Shift(Sorted(example, "a"), Sorted(example, "b")), 1e-9);
    }

    [Fact]
    public void Percentiles_moments_and_the_median_deviation_agree_with_numpy_and_scipy()
    {
        foreach (var example in Cases.GetProperty("one_sample").EnumerateArray())
        {
            var sorted = Sorted(example, "values");
            foreach (var percentile in example.GetProperty("percentiles").EnumerateObject())
                Near(percentile.Value.GetDouble(), Quantile.Of(sorted, int.Parse(percentile.Name) / 100.0));
            Near(example.GetProperty("mean").GetDouble(), Moments.Of(sorted).Mean);
            Near(example.GetProperty("stdev").GetDouble(), Moments.Of(sorted).StandardDeviation);
            Near(example.GetProperty("mad").GetDouble(), Quantile.MedianAbsoluteDeviation(sorted, Quantile.Of(sorted, 0.5)));
        }
    }

    [Fact]
    public void Wilson_and_Newcombe_intervals_and_the_test_of_two_shares_agree()
    {
        foreach (var example in Cases.GetProperty("wilson").EnumerateArray())
        {
            var interval = Proportion.Wilson(example.GetProperty("k").GetInt32(), example.GetProperty("n").GetInt32());
            Near(example.GetProperty("interval")[0].GetDouble(), interval.Low);
            Near(example.GetProperty("interval")[1].GetDouble(), interval.High);
        }

        foreach (var example in Cases.GetProperty("proportions").EnumerateArray())
        {
            var (a, n, b, m) = (example.GetProperty("a").GetInt32(), example.GetProperty("n").GetInt32(), example.GetProperty("b").GetInt32(), example.GetProperty("m").GetInt32());
            var interval = Proportion.Newcombe(a, n, b, m);
            Near(example.GetProperty("newcombe")[0].GetDouble(), interval.Value);
            Near(example.GetProperty("newcombe")[1].GetDouble(), interval.Low);
            Near(example.GetProperty("newcombe")[2].GetDouble(), interval.High);
            Near(example.GetProperty("p").GetDouble(), Proportion.PValue(a, n, b, m));
        }
    }

    [Fact]
    public void Corrected_p_values_agree()
    {
        var q = BenjaminiHochberg.Adjust([.. Cases.GetProperty("p_values").EnumerateArray().Select(p => p.GetDouble())]);

        Assert.Equal(Cases.GetProperty("q_values").EnumerateArray().Select(value => value.GetDouble()), q, (expected, actual) => Math.Abs(expected - actual) < 1e-9);
    }

    /// <summary>Whatever the values, and whatever their sign, the radix sort gives what the framework's sort gives.</summary>
    [Fact]
    public void The_radix_sort_sorts()
    {
        var random = new Random(5);
        foreach (var bits in (int[])[1, 8, 33, 63])
        {
            var values = Enumerable.Range(0, 5000).Select(_ => random.NextInt64(-(1L << (bits - 1)), 1L << (bits - 1))).ToArray();
            var expected = values.Order().ToArray();

            RadixSort.Sort(values, new long[values.Length]);

            Assert.Equal(expected, values);
        }
    }

    private static long[] Sorted(JsonElement example, string name) => [.. example.GetProperty(name).EnumerateArray().Select(value => value.GetInt64()).Order()];

    private static void Near(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * Math.Max(1, Math.Abs(expected)));
}
