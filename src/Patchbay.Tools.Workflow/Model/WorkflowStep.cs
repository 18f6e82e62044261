namespace Patchbay.Tools.Workflow.Model;

/// <summary>One attempt of one step of an execution. Times are Unix nanoseconds (UTC).</summary>
public sealed record WorkflowStep
{
    /// <summary>Names the step within its execution; with <see cref="Attempt"/> it is the key of an upsert. 1 to 256 characters.</summary>
    public required string StepId { get; init; }

    /// <summary>The activity: what variants, the graph and the step table group by. 1 to 512 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The step that encloses this one, or null when the execution itself does.</summary>
    public string? ParentStepId { get; init; }

    /// <summary>Steps that had to end before this one could start.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>What sort of step it is, for example <c>task</c>, <c>client</c>, <c>producer</c>, <c>consumer</c>.</summary>
    /// <value>The default is <c>task</c>.</value>
    public string Kind { get; init; } = "task";

    /// <summary>The number of the attempt, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Where the attempt stands.</summary>
    public required StepStatus Status { get; init; }

    /// <summary>When the step became ready to run, or null when unknown.</summary>
    public long? ScheduledAt { get; init; }

    /// <summary>When a worker began, or null.</summary>
    public long? StartedAt { get; init; }

    /// <summary>When it ended, or null.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Who did it: a person, a host, a queue.</summary>
    public string? Worker { get; init; }

    /// <summary>The type of the error, or null.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The text of the error, or null.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>Further figures as a JSON object in UTF-8; empty when there are none.</summary>
    public ReadOnlyMemory<byte> Attributes { get; init; }
}
