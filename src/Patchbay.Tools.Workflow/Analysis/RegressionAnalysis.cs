using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Statistics;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>
/// What changed between two ranges. A change is told only when it stands a test, survives the correction for all tests made, and is large enough to matter;
/// never because two averages differ.
/// </summary>
internal static class RegressionAnalysis
{
    /// <summary>A shift below this share of what was before is not told.</summary>
    private const double SmallestRatio = 0.1;

    /// <summary>The false discovery rate.</summary>
    private const double Level = 0.05;

    /// <summary>With fewer values on either side nothing is tested.</summary>
    private const int MinimumCount = 20;

    public static (IReadOnlyList<ShiftReport> Worse, IReadOnlyList<ShiftReport> Better) Of(RangeFigures before, RangeFigures after)
    {
        List<(ShiftReport Shift, double P)> tests = [];
        AddDurations(tests, null, before.Durations, after.Durations);
        AddRates(tests, null, before.Failed, before.Durations.Length, after.Failed, after.Durations.Length);
        for (var name = 0; name < after.Table.Names.Count; name++)
        {
            var step = after.Table.Names[name];
            if (before.Table.Names.Find(step) is not { } earlier)
                continue;
            AddDurations(tests, step, before.Steps.Running[earlier], after.Steps.Running[name]);
            AddRates(tests, step, before.Steps.Failures[earlier], before.Steps.Count[earlier], after.Steps.Failures[name], after.Steps.Count[name]);
        }

        var q = BenjaminiHochberg.Adjust(tests.ConvertAll(test => test.P));
        var told = tests.Select((test, index) => test.Shift with { QValue = q[index] })
            .Where(shift => shift.QValue < Level && Math.Abs(shift.ShiftRatio ?? 1) >= SmallestRatio && (shift.Low is null || shift.Low > 0 || shift.High < 0))
            .OrderByDescending(shift => Math.Abs(shift.ShiftRatio ?? double.MaxValue)).ThenBy(shift => shift.Step, StringComparer.Ordinal).ToList();
        return ([.. told.Where(shift => shift.Shift > 0)], [.. told.Where(shift => shift.Shift < 0)]);
    }

    private static void AddDurations(List<(ShiftReport, double)> tests, string? step, ReadOnlySpan<long> before, ReadOnlySpan<long> after)
    {
        if (before.Length < MinimumCount || after.Length < MinimumCount)
            return;
        var (_, p) = MannWhitney.Test(before, after);
        var median = Quantile.Of(before, 0.5);
        // The estimate is dear and only told with a test behind it; correction can but raise the p-value.
        var shift = p < Level ? HodgesLehmann.Shift(before, after) : 0;
        tests.Add((
            new ShiftReport(
                "duration_s", InSeconds.Of(median), InSeconds.Of(Quantile.Of(after, 0.5)), InSeconds.Of(shift), p,
                median > 0 ? shift / median : null, null, null, before.Length, after.Length)
            { Step = step },
            p));
    }

    private static void AddRates(List<(ShiftReport, double)> tests, string? step, int failedBefore, int before, int failedAfter, int after)
    {
        if (before < MinimumCount || after < MinimumCount)
            return;
        var p = Proportion.PValue(failedBefore, before, failedAfter, after);
        var interval = Proportion.Newcombe(failedBefore, before, failedAfter, after);
        var rate = (double)failedBefore / before;
        tests.Add((
            new ShiftReport(
                "failure_rate", rate, (double)failedAfter / after, interval.Value, p, rate > 0 ? interval.Value / rate : null,
                interval.Low, interval.High, before, after)
            { Step = step },
            p));
    }
}
