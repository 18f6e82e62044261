using Patchbay.Tools.Workflow.Reports;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>The table of steps, and who did them.</summary>
internal static class StepAnalysis
{
    private const int ListedSteps = 200;
    private const int ListedWorkers = 100;

    public static IReadOnlyList<StepReport> Of(WorkflowTable table, StepFigures figures, PathFigures path) =>
    [
        .. Enumerable.Range(0, table.Names.Count)
            .Where(name => figures.Count[name] > 0)
            .OrderByDescending(name => path.Critical[name + 1]).ThenByDescending(name => figures.Count[name]).ThenBy(name => table.Names[name], StringComparer.Ordinal)
            .Take(ListedSteps)
            .Select(name => new StepReport(
                table.Names[name],
                figures.Count[name],
                figures.Executions[name],
                figures.Failures[name],
                (int)(figures.Attempts[name] - figures.Count[name]),
                (double)figures.Attempts[name] / figures.Count[name],
                InSeconds.Spread(figures.Waiting[name]),
                InSeconds.Spread(figures.Running[name]),
                path.SelfCount[name] == 0 ? null : InSeconds.Of(path.SelfSum[name] / path.SelfCount[name]),
                figures.Rework[name],
                path.Share(name))),
    ];

    public static IReadOnlyList<WorkerReport> Workers(WorkflowTable table)
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
                .Take(ListedWorkers).Select(label => new WorkerReport(table.Labels[label], counts[label])),
        ];
    }
}
