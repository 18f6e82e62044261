using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Statistics;

namespace Patchbay.Tools.Workflow.Reports;

/// <summary>From nanoseconds to the seconds of a report.</summary>
internal static class InSeconds
{
    public static double Of(double nanoseconds) => nanoseconds / UnixTime.PerSecond;

    public static SpreadReport Spread(ReadOnlySpan<long> sorted) => sorted.IsEmpty
        ? new SpreadReport(null, null, null)
        : new SpreadReport(Of(Moments.Of(sorted).Mean), Of(Quantile.Of(sorted, 0.5)), Of(Quantile.Of(sorted, 0.95)));

    public static DurationReport Durations(ReadOnlySpan<long> sorted)
    {
        if (sorted.IsEmpty)
            return new DurationReport(0, null, null, null, null, null, null, null, null);
        var moments = Moments.Of(sorted);
        return new DurationReport(
            sorted.Length, Of(moments.Mean), Of(moments.StandardDeviation), Of(sorted[0]), Of(Quantile.Of(sorted, 0.5)),
            Of(Quantile.Of(sorted, 0.9)), Of(Quantile.Of(sorted, 0.95)), Of(Quantile.Of(sorted, 0.99)), Of(sorted[^1]));
    }
}
