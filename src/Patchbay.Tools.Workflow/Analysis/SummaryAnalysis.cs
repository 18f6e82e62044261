using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Statistics;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Counts, rates and concurrency of the selected executions.</summary>
internal static class SummaryAnalysis
{
    public static SummaryReport Of(WorkflowTable table, TimeWindow window)
    {
        var counts = Count(table);
        var ended = counts.Total - counts.Running;
        var rate = ended == 0 ? (Interval?)null : Proportion.Wilson(counts.Succeeded, ended);
        var hours = InSeconds.Of((double)window.To - window.From) / 3600;
        return new SummaryReport(
            counts,
            rate is { } known ? new RateReport(known.Value, known.Low, known.High) : null,
            hours > 0 ? ended / hours : 0,
            ArrivalInterval(table),
            Concurrency(table, window));
    }

    private static ExecutionCounts Count(WorkflowTable table)
    {
        var byStatus = new int[5];
        foreach (var execution in table.Executions)
            byStatus[(int)execution.Status]++;
        return new ExecutionCounts(
            table.Executions.Count, byStatus[(int)ExecutionStatus.Succeeded], byStatus[(int)ExecutionStatus.Failed], byStatus[(int)ExecutionStatus.Running],
            byStatus[(int)ExecutionStatus.Cancelled], byStatus[(int)ExecutionStatus.TimedOut]);
    }

    private static double? ArrivalInterval(WorkflowTable table)
    {
        // The mean of the gaps is the distance of the first from the last, divided by the number of gaps.
        if (table.Executions.Count < 2)
            return null;
        var first = table.Executions.Min(execution => execution.Started);
        var last = table.Executions.Max(execution => execution.Started);
        return InSeconds.Of((double)last - first) / (table.Executions.Count - 1);
    }

    /// <summary>A sweep over starts and ends, each clipped to the range; an execution that ends at the moment another starts is not under way with it.</summary>
    private static ConcurrencyReport Concurrency(WorkflowTable table, TimeWindow window)
    {
        List<(long Time, int Change)> changes = new(table.Executions.Count * 2);
        double busy = 0;
        foreach (var execution in table.Executions)
        {
            var start = Math.Max(execution.Started, window.From);
            var end = Math.Min(execution.HasEnded ? Math.Max(execution.Ended, execution.Started) : window.To, window.To);
            if (end < start)
                continue;
            busy += (double)end - start;
            changes.Add((start, 1));
            changes.Add((end == start ? end + 1 : end, -1));
        }

        changes.Sort();
        int now = 0, most = 0;
        foreach (var (_, change) in changes)
            most = Math.Max(most, now += change);
        var length = (double)window.To - window.From;
        return new ConcurrencyReport(length > 0 ? busy / length : 0, most);
    }
}
