using System.Text.Json.Serialization;

namespace Patchbay.Tools.Workflow.Reports;

/// <summary>The result of <c>workflow/analyze</c>. What is absent was not asked for.</summary>
public sealed record AnalyzeResult
{
    /// <summary>The workflow.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>What was selected, and by which rule.</summary>
    public required RangeReport Range { get; init; }

    /// <summary>The executions as a whole.</summary>
    public required SummaryReport Summary { get; init; }

    /// <summary>What to know, most important first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Durations of ended executions.</summary>
    [JsonPropertyName("durations_s"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DurationReport? DurationsS { get; init; }

    /// <summary>The most frequent sequences of steps.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<VariantReport>? Variants { get; init; }

    /// <summary>How many sequences there are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? VariantCount { get; init; }

    /// <summary>The directly-follows graph.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GraphReport? Dfg { get; init; }

    /// <summary>The steps by name, most critical first; the first 200.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StepReport>? Steps { get; init; }

    /// <summary>Who did the steps; the 100 busiest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WorkerReport>? Workers { get; init; }

    /// <summary>From whom work went to whom; the 100 most frequent ways.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HandoverReport>? Handovers { get; init; }

    /// <summary>What the durations were made of.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CriticalPathReport? CriticalPath { get; init; }

    /// <summary>Where time is lost.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BottleneckReport>? Bottlenecks { get; init; }

    /// <summary>Failures by type and step, most frequent first; the first 100.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ErrorReport>? Errors { get; init; }

    /// <summary>Outliers, farthest first; the first 50.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AnomalyReport>? Anomalies { get; init; }

    /// <summary>How many outliers there are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? AnomalyCount { get; init; }

    /// <summary>What became slower or fails more often than in the range before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ShiftReport>? Regressions { get; init; }

    /// <summary>What became faster or fails less often.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ShiftReport>? Improvements { get; init; }

    /// <summary>What the figures rest on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CoverageReport? Coverage { get; init; }

    /// <summary>How figures were computed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Methods { get; init; }

    /// <summary>The execution, when one was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunReport? Run { get; init; }

    /// <summary>The graph as text, in the language asked for with <c>render</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Rendering { get; init; }
}

/// <summary>The range that was analysed.</summary>
/// <param name="From">The earliest end, inclusive, RFC 3339.</param>
/// <param name="To">The latest end, inclusive.</param>
/// <param name="Selection"><c>ended_in_range</c>: executions by their end, running ones by overlap. <c>execution</c>: the one asked for.</param>
/// <param name="BaselineFrom">The range compared with: its earliest end, inclusive.</param>
/// <param name="BaselineTo">The end of the range compared with.</param>
public sealed record RangeReport(
    string From, string To, string Selection,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? BaselineFrom = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? BaselineTo = null);
