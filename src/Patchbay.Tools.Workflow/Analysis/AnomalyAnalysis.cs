using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Statistics;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Durations far from the others of their kind, by the robust z-score.</summary>
internal static class AnomalyAnalysis
{
    private const int Listed = 50;

    public static (IReadOnlyList<AnomalyReport> Farthest, int Count) Of(WorkflowTable table, ReadOnlySpan<long> durations, StepFigures figures)
    {
        // The nearest of the farthest lies on top, to give way to one farther away.
        var farthest = new PriorityQueue<AnomalyReport, double>();
        var count = 0;
        void Check(string execution, string? step, long value, RobustScore score)
        {
            var z = score.Of(value);
            if (Math.Abs(z) <= RobustScore.Threshold)
                return;
            count++;
            if (farthest.Count < Listed)
                farthest.Enqueue(new AnomalyReport(execution, UnixTime.Seconds(value), z) { Step = step }, Math.Abs(z));
            else if (farthest.TryPeek(out _, out var least) && Math.Abs(z) > least)
                farthest.EnqueueDequeue(new AnomalyReport(execution, UnixTime.Seconds(value), z) { Step = step }, Math.Abs(z));
        }

        var whole = Score(durations);
        var steps = new RobustScore?[table.Names.Count];
        for (var name = 0; name < steps.Length; name++)
            steps[name] = Score(figures.Running[name]);
        foreach (var execution in table.Executions)
        {
            if (whole is { } score && execution.HasEnded)
                Check(execution.Id, null, execution.Duration, score);
            foreach (ref readonly var row in table.Of(execution))
            {
                if (row.Happened && row.Running != UnixTime.Absent && steps[row.Name] is { } ofStep)
                    Check(execution.Id, table.Names[row.Name], row.Running, ofStep);
            }
        }

        return ([.. farthest.UnorderedItems.Select(item => item.Element)
            .OrderByDescending(anomaly => Math.Abs(anomaly.Score)).ThenBy(anomaly => anomaly.ExecutionId, StringComparer.Ordinal).ThenBy(anomaly => anomaly.Step, StringComparer.Ordinal)], count);
    }

    private static RobustScore? Score(ReadOnlySpan<long> sorted) => sorted.Length < RobustScore.MinimumCount ? null : new RobustScore(sorted);
}
