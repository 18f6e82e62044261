using System.Globalization;
using Patchbay.Tools.Workflow.Reports;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Puts into plain words what the sections of a result show, most important first.</summary>
internal sealed class FindingWriter
{
    private const string Info = "info";
    private const string Warning = "warning";
    private const string Critical = "critical";

    private readonly List<Finding> _findings = [];

    public static IReadOnlyList<Finding> Write(AnalyzeResult result)
    {
        var writer = new FindingWriter();
        var total = result.Summary.Executions.Total;
        if (total == 0)
            writer.Add(Info, "Nothing in this range", "No execution of this workflow ended or was running in the range.", [], "Ask for a longer time_range; coverage tells what is held.");
        else
            writer.WriteAll(result);
        writer.Coverage(result.Coverage!);
        // Within a severity the order of writing is the order of weight.
        return [.. writer._findings.OrderBy(finding => finding.Severity switch { Critical => 0, Warning => 1, _ => 2 })];
    }

    private void WriteAll(AnalyzeResult result)
    {
        Failures(result);
        foreach (var shift in result.Regressions!)
            Shift(shift, worse: true);
        Path(result);
        Waiting(result);
        Gaps(result);
        Rework(result);
        Retries(result);
        Anomalies(result);
        foreach (var shift in result.Improvements!)
            Shift(shift, worse: false);
    }

    private void Failures(AnalyzeResult result)
    {
        var counts = result.Summary.Executions;
        var failed = counts.Failed + counts.TimedOut;
        if (failed == 0 || result.Summary.SuccessRate is not { } rate)
            return;
        var ended = counts.Total - counts.Running;
        // An origin is worth a sentence when it explains a fifth of the failures or more.
        var first = result.Errors!.Where(error => error.ExecutionsFailed * 5 >= failed).MaxBy(error => error.ExecutionsFailed);
        var origin = first is null ? "" : $" In {first.ExecutionsFailed} of them the first failure was {first.Type} in {first.Step}.";
        Add(
            rate.High < 0.9 ? Critical : rate.High < 0.99 ? Warning : Info,
            $"{failed} of {ended} executions failed",
            $"{failed} of {ended} ended executions failed or timed out; the success rate is {Percent(rate.Value)} (95 % interval {Percent(rate.Low)} to {Percent(rate.High)}).{origin}",
            new() { ["failed"] = failed, ["ended"] = ended, ["success_rate"] = rate.Value, ["success_rate_low"] = rate.Low, ["success_rate_high"] = rate.High },
            first is null ? null : $"Look at {first.Step} first.");
    }

    private void Shift(ShiftReport shift, bool worse)
    {
        var what = shift.Step ?? "The workflow as a whole";
        var isDuration = shift.Metric == "duration_s";
        var verb = (isDuration, worse) switch { (true, true) => "became slower", (true, false) => "became faster", (false, true) => "fails more often", _ => "fails less often" };
        var before = isDuration ? Seconds(shift.Before) : Percent(shift.Before);
        var after = isDuration ? Seconds(shift.After) : Percent(shift.After);
        var size = shift.ShiftRatio is { } ratio ? $" ({ratio.ToString("+0%;-0%", CultureInfo.InvariantCulture)})" : "";
        var shiftText = isDuration ? Seconds(Math.Abs(shift.Shift)) : Percent(Math.Abs(shift.Shift));
        Add(
            worse ? (shift.ShiftRatio ?? 1) >= 0.5 ? Critical : Warning : Info,
            $"{what} {verb}",
            $"{what} {verb} than in the range before: {(isDuration ? "median" : "rate")} {before} before, {after} now, a shift of {shiftText}{size}; q = {shift.QValue.ToString("0.###E+0", CultureInfo.InvariantCulture)} over {shift.CountBefore} and {shift.CountAfter} values.",
            new() { ["before"] = shift.Before, ["after"] = shift.After, ["shift"] = shift.Shift, ["q_value"] = shift.QValue });
    }

    private void Path(AnalyzeResult result)
    {
        var top = result.Bottlenecks!.FirstOrDefault(bottleneck => bottleneck.Reason == "critical_path");
        if (top?.CriticalShare is not { } share)
            return;
        var whatIf = result.CriticalPath!.WhatIf.FirstOrDefault(entry => entry.Step == top.Step);
        var gain = whatIf is null || result.DurationsS!.P50 is not { } median ? "" : $" If it took no time, the median execution would take at best {Seconds(whatIf.P50S)} in place of {Seconds(median)}.";
        Add(
            share >= 0.5 ? Warning : Info,
            share >= 0.25 ? $"{top.Step} decides how long executions take" : $"{top.Step} has the largest part of the critical path",
            $"{top.Step} holds {Percent(share)} of the critical path of all ended executions ({Seconds(top.Evidence["critical_s"])} of {Seconds(top.Evidence["total_s"])}).{gain}",
            new(top.Evidence) { ["critical_share"] = share });
    }

    private void Waiting(AnalyzeResult result)
    {
        foreach (var bottleneck in result.Bottlenecks!.Where(entry => entry.Reason == "waiting" && entry.WaitingS > entry.Evidence["running_s"]).Take(3))
        {
            Add(
                Warning, $"{bottleneck.Step} waits longer than it runs",
                $"{bottleneck.Step} waited {Seconds(bottleneck.WaitingS!.Value)} in all before it started (median {Seconds(bottleneck.Evidence["waiting_p50_s"])}, 95th percentile {Seconds(bottleneck.Evidence["waiting_p95_s"])}), and ran {Seconds(bottleneck.Evidence["running_s"])}.",
                new(bottleneck.Evidence) { ["waiting_s"] = bottleneck.WaitingS!.Value }, "More workers, or an earlier start, help more here than a faster step.");
        }
    }

    private void Gaps(AnalyzeResult result)
    {
        if (result.Bottlenecks!.FirstOrDefault(entry => entry.Reason == "gap") is not { } gap)
            return;
        Add(
            Info, $"Most time passes between {gap.Step.Replace(" → ", " and ", StringComparison.Ordinal)}",
            $"{gap.Step} was taken {gap.Evidence["count"]} times and took {Seconds(gap.Evidence["mean_s"])} on average, {Seconds(gap.Evidence["sum_s"])} in all.", new(gap.Evidence));
    }

    private void Rework(AnalyzeResult result)
    {
        foreach (var step in result.Steps!.Where(step => step.ReworkExecutions > 0).OrderByDescending(step => step.ReworkExecutions).Take(3))
        {
            var share = (double)step.ReworkExecutions / step.Executions;
            Add(
                Info, $"{step.Name} is done more than once",
                $"{step.Name} took place more than once in {step.ReworkExecutions} of {step.Executions} executions ({Percent(share)}).",
                new() { ["rework_executions"] = step.ReworkExecutions, ["executions"] = step.Executions });
        }
    }

    private void Retries(AnalyzeResult result)
    {
        foreach (var step in result.Steps!.Where(step => step.Retries > 0).OrderByDescending(step => step.Retries).Take(3))
        {
            Add(
                step.MeanAttempts >= 1.5 ? Warning : Info, $"{step.Name} is tried again",
                $"{step.Name} needed {step.Retries} further attempts for {step.Count} steps, {step.MeanAttempts.ToString("0.##", CultureInfo.InvariantCulture)} attempts on average; {step.Failures} failed in the end.",
                new() { ["retries"] = step.Retries, ["count"] = step.Count, ["failures"] = step.Failures });
        }
    }

    private void Anomalies(AnalyzeResult result)
    {
        if (result.AnomalyCount is not > 0)
            return;
        var farthest = result.Anomalies![0];
        Add(
            Info, $"{result.AnomalyCount} durations are far from the others",
            $"{result.AnomalyCount} durations have a robust z-score beyond 3.5; the farthest is {farthest.Step ?? "the whole"} of execution {farthest.ExecutionId} with {Seconds(farthest.ValueS)}.",
            new() { ["count"] = result.AnomalyCount.Value, ["value_s"] = farthest.ValueS, ["score"] = farthest.Score });
    }

    private void Coverage(CoverageReport coverage)
    {
        if (coverage.EndsInFuture > 0)
            Add(Warning, "Clocks disagree", $"{coverage.EndsInFuture} executions end after the server's present time.", new() { ["executions"] = coverage.EndsInFuture }, "Synchronise the clocks of the senders.");
        if (coverage.OrphanedSteps > 0)
            Add(Info, "Steps without their parent", $"{coverage.OrphanedSteps} steps name a parent that was not recorded; they count as direct steps of their execution.", new() { ["steps"] = coverage.OrphanedSteps });
        if (coverage.CyclicSteps > 0)
            Add(Warning, "Parents in a circle", $"{coverage.CyclicSteps} steps were part of a circle of parents, which was cut there.", new() { ["steps"] = coverage.CyclicSteps });
        if (coverage.StepsRejected > 0)
            Add(Warning, "Steps were refused", $"{coverage.StepsRejected} steps of this workflow were refused and are in no figure.", new() { ["steps"] = coverage.StepsRejected });
        if (coverage.Evicted > 0)
            Add(Info, "Older executions are gone", $"{coverage.Evicted} of {coverage.ExecutionsSeen} executions were dropped because of their age or number.", new() { ["evicted"] = coverage.Evicted });
        if (coverage.Incomplete > 0)
            Add(Info, "Some executions are not complete", $"{coverage.Incomplete} of {coverage.ExecutionsAnalysed} executions run, still arrive, or lack their root.", new() { ["incomplete"] = coverage.Incomplete });
    }

    private void Add(string severity, string title, string detail, Dictionary<string, double> evidence, string? hint = null) =>
        _findings.Add(new Finding(severity, title, detail, evidence, hint));

    private static string Percent(double share) => share.ToString("0.#%", CultureInfo.InvariantCulture);

    private static string Seconds(double seconds) => seconds switch
    {
        >= 172_800 => $"{(seconds / 86_400).ToString("0.#", CultureInfo.InvariantCulture)} days",
        >= 7_200 => $"{(seconds / 3_600).ToString("0.#", CultureInfo.InvariantCulture)} h",
        >= 120 => $"{(seconds / 60).ToString("0.#", CultureInfo.InvariantCulture)} min",
        >= 1 => $"{seconds.ToString("0.##", CultureInfo.InvariantCulture)} s",
        _ => $"{(seconds * 1000).ToString("0.###", CultureInfo.InvariantCulture)} ms",
    };
}
