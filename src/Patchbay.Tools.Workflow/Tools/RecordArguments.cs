using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Patchbay.Tools.Workflow.Tools;

/// <summary>Arguments of <c>workflow/record</c>. What the schema lets pass and is still wrong is refused piece by piece.</summary>
internal sealed record RecordArguments(
    [property: Description("Executions with any of their steps. The same may be sent again, in any order."), Length(1, 10_000)] IReadOnlyList<ExecutionArgument> Executions);

/// <summary>One execution.</summary>
internal sealed record ExecutionArgument(
    [property: Description("The definition this is an execution of."), StringLength(256, MinimumLength = 1)] string WorkflowId,
    [property: Description("Unique within the workflow."), StringLength(256, MinimumLength = 1)] string ExecutionId,
    [property: AllowedValues("running", "succeeded", "failed", "cancelled", "timed_out")] string Status,
    [property: Description("RFC 3339, or whole Unix nanoseconds.")] JsonElement StartedAt,
    [property: Description("RFC 3339, or whole Unix nanoseconds; absent while it runs.")] JsonElement? EndedAt = null,
    [property: StringLength(256, MinimumLength = 1)] string? Version = null,
    [property: StringLength(256, MinimumLength = 1)] string? ParentExecutionId = null,
    [property: Description("Further figures, kept with the execution.")] Dictionary<string, JsonElement>? Attributes = null,
    IReadOnlyList<StepArgument>? Steps = null);

/// <summary>One attempt of one step.</summary>
internal sealed record StepArgument(
    [property: Description("Unique within the execution; together with attempt it is the key."), StringLength(256, MinimumLength = 1)] string StepId,
    [property: Description("The activity, what is grouped by."), StringLength(512, MinimumLength = 1)] string Name,
    [property: AllowedValues("scheduled", "queued", "running", "succeeded", "failed", "retrying", "skipped", "cancelled", "timed_out")] string Status,
    [property: Description("The enclosing step."), StringLength(256, MinimumLength = 1)] string? ParentStepId = null,
    [property: Description("Steps that had to end first."), Length(0, 1_000)] IReadOnlyList<string>? DependsOn = null,
    [property: Description("For example task, client, producer, consumer."), StringLength(64, MinimumLength = 1)] string Kind = "task",
    [property: Range(1, 1_000_000)] int Attempt = 1,
    [property: Description("When it became ready to run.")] JsonElement? ScheduledAt = null,
    [property: Description("When a worker began.")] JsonElement? StartedAt = null,
    [property: Description("When it ended.")] JsonElement? EndedAt = null,
    [property: Description("Who did it."), StringLength(256, MinimumLength = 1)] string? Worker = null,
    ErrorArgument? Error = null,
    [property: Description("Further figures; numbers are added up in the report of a single execution.")] Dictionary<string, JsonElement>? Attributes = null);

/// <summary>What went wrong.</summary>
internal sealed record ErrorArgument(
    [property: StringLength(256, MinimumLength = 1)] string Type,
    [property: StringLength(2_048)] string? Message = null);
