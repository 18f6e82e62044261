using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Patchbay.Tools.Workflow.Tools;

/// <summary>Arguments of <c>workflow/analyze</c>.</summary>
internal sealed record AnalyzeArguments(
    [property: Description("The workflow to analyse, or the id of a single execution."), StringLength(256, MinimumLength = 1)] string WorkflowId,
    [property: Description("The range, by the end of an execution (running ones by overlap): a number with a unit (ms, s, m, h, d, w) or an ISO 8601 duration, counted back from now, or {\"from\",\"to\"}. Default 1h.")]
    JsonElement? TimeRange = null,
    [property: Description("False leaves the summary and the findings only.")] bool IncludeMetrics = true,
    [property: Description("The range to compare with for regressions, {\"from\",\"to\"}. Default: the equally long range before.")]
    JsonElement? Baseline = null,
    [property: Description("Also draw the directly-follows graph as text."), AllowedValues("none", "mermaid", "dot")] string Render = "none",
    [property: Description("How many variants to list."), Range(1, 1000)] int Top = 10);
