using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Statistics;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Where time is lost: on the critical path, in waiting, and, for logs without durations of steps, between them.</summary>
internal static class BottleneckAnalysis
{
    private const int Listed = 5;

    public static IReadOnlyList<BottleneckReport> Of(WorkflowTable table, StepFigures figures, PathFigures path, GraphReport graph)
    {
        var names = Enumerable.Range(0, table.Names.Count).ToList();
        var waiting = names.ConvertAll(name => Moments.Of(figures.Waiting[name]).Sum);
        List<BottleneckReport> found =
        [
            .. names.Where(name => path.Critical[name + 1] > 0).OrderByDescending(name => path.Critical[name + 1]).Take(Listed).Select(name => new BottleneckReport(
                table.Names[name], "critical_path", path.Share(name), Known(figures, name) ? InSeconds.Of(waiting[name]) : null,
                new Dictionary<string, double>
                {
                    ["critical_s"] = InSeconds.Of(path.Critical[name + 1]),
                    ["total_s"] = InSeconds.Of(path.Total),
                    ["executions"] = figures.Executions[name],
                    ["running_p95_s"] = figures.Running[name].IsEmpty ? 0 : InSeconds.Of(Quantile.Of(figures.Running[name], 0.95)),
                })),
            .. names.Where(name => waiting[name] > 0).OrderByDescending(name => waiting[name]).Take(Listed).Select(name => new BottleneckReport(
                table.Names[name], "waiting", path.Share(name), InSeconds.Of(waiting[name]),
                new Dictionary<string, double>
                {
                    ["count"] = figures.Waiting[name].Length,
                    ["waiting_p50_s"] = InSeconds.Of(Quantile.Of(figures.Waiting[name], 0.5)),
                    ["waiting_p95_s"] = InSeconds.Of(Quantile.Of(figures.Waiting[name], 0.95)),
                    ["running_s"] = InSeconds.Of(Moments.Of(figures.Running[name]).Sum),
                })),
        ];
        if (found.Count == 0)
        {
            found.AddRange(graph.Edges.Where(edge => edge.SumS > 0).OrderByDescending(edge => edge.SumS).Take(Listed).Select(edge => new BottleneckReport(
                $"{edge.From} → {edge.To}", "gap", null, null,
                new Dictionary<string, double> { ["count"] = edge.Count, ["sum_s"] = edge.SumS, ["mean_s"] = edge.MeanS, ["p95_s"] = edge.P95S })));
        }

        return found;
    }

    private static bool Known(StepFigures figures, int name) => !figures.Waiting[name].IsEmpty;
}
