using Patchbay.Tools.Workflow.Reports;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>The table of steps.</summary>
internal static class StepAnalysis
{
    private const int ListedSteps = 200;

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
}
