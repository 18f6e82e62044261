using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Workflow.Analysis;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Tools;

/// <summary><c>workflow/analyze</c>.</summary>
internal sealed class AnalyzeTool(IWorkflowStore store, WorkflowAnalyzer analyzer, TimeProvider clock) : Tool<AnalyzeArguments, AnalyzeResult>
{
    private static readonly TimeWindow LastHour = new(-3600 * UnixTime.PerSecond, 0, IsOpen: true);

    public override ToolDefinition Definition { get; } = new()
    {
        Name = "workflow/analyze",
        Title = "Analyse a workflow",
        Description = "Patterns and performance of recorded executions: success, durations, variants, the directly-follows graph, waiting, critical path, bottlenecks, errors, anomalies, and changes against the range before, each with its evidence.",
        InputSchema = TimeSchema.Complete(InputSchema),
        OutputSchema = OutputSchema,
        Annotations = new ToolAnnotations(ReadOnly: true, Idempotent: true),
        Scope = "workflow",
    };

    protected override async ValueTask<ToolResult<AnalyzeResult>> RunAsync(AnalyzeArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var now = UnixTime.From(clock.GetUtcNow());
        var window = new TimeWindow(now + LastHour.From, now, LastHour.IsOpen);
        if (arguments.TimeRange is not null && !TimeRangeGrammar.TryRead(arguments.TimeRange, now, out window))
            return ProtocolError.Params("/time_range", TimeRangeGrammar.Expectation);
        // The range before ends where this one begins, and does not share that moment with it.
        var baseline = new TimeWindow(window.From - (window.To - window.From), window.From - 1, IsOpen: false);
        if (arguments.Baseline is not null && (!TimeRangeGrammar.TryRead(arguments.Baseline, now, out baseline) || baseline.IsOpen))
            return ProtocolError.Params("/baseline", "must be {\"from\",\"to\"} with from before to");

        var request = new AnalysisRequest(window, baseline, arguments.Top, arguments.Render);
        var result = await AnalyzeAsync(arguments.WorkflowId, request, cancellationToken).ConfigureAwait(false);
        if (result is null)
            return await UnknownAsync(arguments.WorkflowId, cancellationToken).ConfigureAwait(false);
        return arguments.IncludeMetrics
            ? result
            : new AnalyzeResult { WorkflowId = result.WorkflowId, Range = result.Range, Summary = result.Summary, Findings = result.Findings, Rendering = result.Rendering };
    }

    private async ValueTask<AnalyzeResult?> AnalyzeAsync(string id, AnalysisRequest request, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } entry)
            return await analyzer.AnalyzeAsync(entry, request, cancellationToken).ConfigureAwait(false);
        if (await store.FindExecutionAsync(id, cancellationToken).ConfigureAwait(false) is not { } execution
            || await store.FindAsync(execution.Header.WorkflowId, cancellationToken).ConfigureAwait(false) is not { } owner)
            return null;
        return analyzer.Analyze(execution, owner, request, cancellationToken);
    }

    private async ValueTask<ProtocolError> UnknownAsync(string id, CancellationToken cancellationToken)
    {
        var known = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        var nearest = NearestNames.Of(id, known.Select(entry => entry.WorkflowId));
        return ProtocolError.NotFound(
            nearest.Count == 0 ? "No workflow and no execution of this id has been recorded." : $"No workflow and no execution of this id has been recorded. The nearest: {string.Join(", ", nearest)}",
            new JsonObject { ["workflow_id"] = id, ["nearest"] = new JsonArray([.. nearest.Select(name => JsonValue.Create(name))]) });
    }
}
