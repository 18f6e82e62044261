using System.Text.Json;
using System.Text.Json.Serialization;

namespace Patchbay.Tools.Workflow.Reports;

/// <summary>A single execution, when its id was asked for in place of a workflow.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="StartedAt">RFC 3339.</param>
/// <param name="EndedAt">RFC 3339; null while it runs.</param>
/// <param name="DurationS">Seconds; null while it runs.</param>
/// <param name="Version">Version of the definition.</param>
/// <param name="ParentExecutionId">The execution that started it.</param>
/// <param name="Attributes">What was recorded with it.</param>
/// <param name="Totals">Sums of the numeric attributes of its steps.</param>
/// <param name="StepCount">How many attempts it has.</param>
/// <param name="Steps">The attempts in the order of time; the first 1,000.</param>
public sealed record RunReport(
    string ExecutionId, string Status, string StartedAt, string? EndedAt, double? DurationS, string? Version, string? ParentExecutionId,
    JsonElement? Attributes, IReadOnlyDictionary<string, double> Totals, int StepCount, IReadOnlyList<RunStepReport> Steps);

/// <summary>One attempt of a step of a single execution.</summary>
public sealed record RunStepReport(
    string StepId, string Name, string? ParentStepId, int Attempt, string Kind, string Status, string? ScheduledAt, string? StartedAt, string? EndedAt,
    double? WaitingS, double? RunningS, string? Worker,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorType = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorMessage = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Attributes = null);
