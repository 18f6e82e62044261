using System.Runtime.InteropServices;
using Patchbay.Tools.Workflow.Reports;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Who did the steps, and from whom to whom the work went.</summary>
internal static class WorkerAnalysis
{
    private const int Listed = 100;

    public static IReadOnlyList<WorkerReport> Of(WorkflowTable table)
    {
        var counts = new int[table.Labels.Count];
        foreach (ref readonly var row in table.Rows)
        {
            if (row.Worker >= 0 && row.Happened)
                counts[row.Worker]++;
        }

        return
        [
            .. Enumerable.Range(0, counts.Length).Where(label => counts[label] > 0)
                .OrderByDescending(label => counts[label]).ThenBy(label => table.Labels[label], StringComparer.Ordinal)
                .Take(Listed).Select(label => new WorkerReport(table.Labels[label], counts[label])),
        ];
    }

    public static IReadOnlyList<HandoverReport> Handovers(WorkflowTable table)
    {
        Dictionary<(int From, int To), int> ways = [];
        foreach (var execution in table.Executions)
        {
            var previous = -1;
            foreach (ref readonly var row in table.Of(execution))
            {
                if (!row.Happened)
                    continue;
                if (previous >= 0 && row.Worker >= 0)
                    CollectionsMarshal.GetValueRefOrAddDefault(ways, (previous, row.Worker), out _)++;
                previous = row.Worker;
            }
        }

        return
        [
            .. ways.Select(way => new HandoverReport(table.Labels[way.Key.From], table.Labels[way.Key.To], way.Value))
                .OrderByDescending(way => way.Count).ThenBy(way => way.From, StringComparer.Ordinal).ThenBy(way => way.To, StringComparer.Ordinal).Take(Listed),
        ];
    }
}
