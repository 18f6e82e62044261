namespace Patchbay.Tools.Workflow.Statistics;

/// <summary>Percentiles by linear interpolation, Hyndman and Fan's type 7: h = (n-1)p, between the values at floor(h) and ceiling(h). Exact, whatever the number of values.</summary>
internal static class Quantile
{
    public const string Method = "linear interpolation between closest ranks (Hyndman-Fan type 7), exact";

    public static double Of(ReadOnlySpan<long> sorted, double p)
    {
        var h = (sorted.Length - 1) * p;
        var floor = (int)h;
        var below = sorted[floor];
        return floor + 1 < sorted.Length ? below + ((h - floor) * ((double)sorted[floor + 1] - below)) : below;
    }

    /// <summary>The median of the absolute deviations from the median, by walking outwards from the middle; the type 7 median of an even number is the mean of two.</summary>
    public static double MedianAbsoluteDeviation(ReadOnlySpan<long> sorted, double median)
    {
        var above = sorted.Length / 2;
        while (above > 0 && sorted[above - 1] >= median)
            above--;
        while (above < sorted.Length && sorted[above] < median)
            above++;
        var below = above - 1;
        double previous = 0, current = 0;
        // The deviation with rank n/2 (from 0), and the one before it.
        for (var rank = 0; rank <= sorted.Length / 2; rank++)
        {
            previous = current;
            var down = below >= 0 ? median - sorted[below] : double.PositiveInfinity;
            var up = above < sorted.Length ? sorted[above] - median : double.PositiveInfinity;
            if (down <= up)
                below--;
            else
                above++;
            current = Math.Min(down, up);
        }

        return sorted.Length % 2 == 1 ? current : (previous + current) / 2;
    }
}
