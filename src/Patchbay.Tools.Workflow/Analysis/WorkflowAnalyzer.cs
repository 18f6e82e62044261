using Microsoft.Extensions.Options;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Statistics;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Loads what is asked for and runs every analysis over it. Each call reads what is stored at that moment, so that what came late is in it.</summary>
internal sealed class WorkflowAnalyzer(IWorkflowStore store, IOptions<WorkflowOptions> options, TimeProvider clock) : IDisposable
{
    /// <summary>So many analyses run at a time; each may hold 300 MiB for a workflow of a million steps. Others wait, as long as their callers do.</summary>
    private const int Concurrent = 2;

    private static readonly Dictionary<string, string> Methods = new(StringComparer.Ordinal)
    {
        ["percentiles"] = Quantile.Method,
        ["stdev"] = "population",
        ["success_rate"] = "succeeded among ended; Wilson score interval, 95 %",
        ["step_time"] = "start of a step, else its end, else when it was scheduled; equal times by step id",
        ["dfg_gap"] = "time of the later step minus time of the earlier",
        ["critical_path"] = "last-finishing child, children clipped to their parent; consumers of what a parent produced do not block it",
        ["what_if"] = "upper bound: the step's part of the critical path is taken away and nothing else changes",
        ["anomalies"] = "robust z-score 0.6745 (x - median) / MAD beyond 3.5, at least 20 values",
        ["regressions"] = "Mann-Whitney U with Hodges-Lehmann shift; pooled z test with Newcombe interval; Benjamini-Hochberg, q < 0.05, shift of 10 % or more, at least 20 values on either side",
    };

    private readonly SemaphoreSlim _places = new(Concurrent, Concurrent);

    public void Dispose() => _places.Dispose();

    public async ValueTask<AnalyzeResult> AnalyzeAsync(WorkflowEntry entry, AnalysisRequest request, CancellationToken cancellationToken)
    {
        var window = request.Window;
        var range = new RangeReport(
            UnixTime.Format(window.From), UnixTime.Format(window.To), "ended_in_range", UnixTime.Format(request.Baseline.From), UnixTime.Format(request.Baseline.To));
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var after = await LoadAsync(entry, window, cancellationToken).ConfigureAwait(false);
            using var before = await LoadAsync(entry, request.Baseline, cancellationToken).ConfigureAwait(false);
            return Analyze(entry, new RangeFigures(after), new RangeFigures(before), range, request, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>The report of a single execution.</summary>
    public AnalyzeResult Analyze(StoredExecution execution, WorkflowEntry entry, AnalysisRequest request, CancellationToken cancellationToken)
    {
        var builder = new TableBuilder();
        using var table = builder.Table;
        builder.Add(execution);
        using var nothing = new WorkflowTable();
        var window = new TimeWindow(execution.Header.StartedAt, Math.Max(execution.Header.StartedAt, execution.Header.EndedAt ?? UnixTime.From(clock.GetUtcNow())), IsOpen: false);
        var range = new RangeReport(UnixTime.Format(window.From), UnixTime.Format(window.To), "execution");
        var result = Analyze(entry, new RangeFigures(table), new RangeFigures(nothing), range, request with { Window = window }, cancellationToken);
        return result with { Run = RunAnalysis.Of(execution) };
    }

    private async ValueTask<WorkflowTable> LoadAsync(WorkflowEntry entry, TimeWindow window, CancellationToken cancellationToken)
    {
        // When everything is asked for, room for everything is made at once; growing would hold the rows twice.
        var isAll = entry.Oldest >= window.From && (window.IsOpen || entry.Newest <= window.To);
        var builder = new TableBuilder(isAll ? (int)entry.StepsKept : 0);
        try
        {
            await store.ReadAsync(entry.WorkflowId, new ExecutionQuery(window.From, window.IsOpen ? long.MaxValue : window.To), builder.Add, cancellationToken).ConfigureAwait(false);
            return builder.Table;
        }
        catch
        {
            builder.Table.Dispose();
            throw;
        }
    }

    private AnalyzeResult Analyze(
        WorkflowEntry entry, RangeFigures after, RangeFigures before, RangeReport range, AnalysisRequest request, CancellationToken cancellationToken)
    {
        var table = after.Table;
        var path = PathFigures.Of(table, options.Value.OverlapTolerancePercent, cancellationToken);
        var graph = GraphAnalysis.Of(table);
        var (variants, variantCount) = VariantAnalysis.Of(table, request.TopVariants);
        cancellationToken.ThrowIfCancellationRequested();
        var (anomalies, anomalyCount) = AnomalyAnalysis.Of(table, after.Durations, after.Steps);
        var (worse, better) = RegressionAnalysis.Of(before, after);
        var result = new AnalyzeResult
        {
            WorkflowId = entry.WorkflowId,
            Range = range,
            Summary = SummaryAnalysis.Of(table, request.Window),
            Findings = [],
            DurationsS = InSeconds.Durations(after.Durations),
            Variants = variants,
            VariantCount = variantCount,
            Dfg = graph,
            Steps = StepAnalysis.Of(table, after.Steps, path),
            Workers = WorkerAnalysis.Of(table),
            Handovers = WorkerAnalysis.Handovers(table),
            CriticalPath = path.Report(),
            Bottlenecks = BottleneckAnalysis.Of(table, after.Steps, path, graph),
            Errors = ErrorAnalysis.Of(table),
            Anomalies = anomalies,
            AnomalyCount = anomalyCount,
            Regressions = worse,
            Improvements = better,
            Coverage = CoverageAnalysis.Of(table, entry, path.StepsOutside, UnixTime.From(clock.GetUtcNow()), options.Value.QuietPeriodSeconds * UnixTime.PerSecond),
            Methods = StatedMethods(),
            Rendering = request.Render switch { "mermaid" => GraphRenderer.Mermaid(graph), "dot" => GraphRenderer.Dot(graph), _ => null },
        };
        return result with { Findings = FindingWriter.Write(result) };
    }

    private Dictionary<string, string> StatedMethods() => options.Value.OverlapTolerancePercent == 0
        ? Methods
        : new(Methods, StringComparer.Ordinal) { ["overlap_tolerance"] = FormattableString.Invariant($"{options.Value.OverlapTolerancePercent} % of the enclosing step") };
}
