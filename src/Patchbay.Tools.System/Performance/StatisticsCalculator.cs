using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Performance;

/// <summary>Statistics of a series. Over folded buckets, least, greatest and mean are exact and the rest is that of the buckets' means.</summary>
internal static class StatisticsCalculator
{
    public static SeriesStatistics Of(IEnumerable<TierPoint> buckets, int stepSeconds)
    {
        var all = TierPoint.None;
        var values = new List<double>();
        var minutes = new List<double>();
        var position = 0;
        foreach (var bucket in buckets)
        {
            if (bucket.Count > 0)
            {
                all = all.With(bucket);
                values.Add(bucket.Mean);
                minutes.Add(position * stepSeconds / 60.0);
            }

            position++;
        }

        var slope = Slope(minutes, values);
        var deviation = Deviation(values);
        values.Sort();
        return new SeriesStatistics
        {
            Min = Figures.Known(all.Min),
            Mean = Figures.Known(all.Mean),
            P50 = Figures.Known(Percentile(values, 0.50)),
            P95 = Figures.Known(Percentile(values, 0.95)),
            P99 = Figures.Known(Percentile(values, 0.99)),
            Max = Figures.Known(all.Max),
            Stdev = Figures.Known(deviation),
            TrendPerMinute = Figures.Known(slope),
            Count = all.Count,
        };
    }

    // Linear between the closest ranks (type 7 of Hyndman and Fan, the default of NumPy and R).
    private static double Percentile(List<double> sorted, double share)
    {
        if (sorted.Count == 0)
            return double.NaN;
        var rank = share * (sorted.Count - 1);
        var below = (int)rank;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (rank - below);
    }

    private static double Deviation(List<double> values)
    {
        if (values.Count < 2)
            return double.NaN;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }

    private static double Slope(List<double> x, List<double> y)
    {
        if (x.Count < 2)
            return double.NaN;
        var (meanX, meanY) = (x.Average(), y.Average());
        double covariance = 0, variance = 0;
        for (var i = 0; i < x.Count; i++)
        {
            covariance += (x[i] - meanX) * (y[i] - meanY);
            variance += (x[i] - meanX) * (x[i] - meanX);
        }

        return covariance / variance;
    }
}
