namespace Patchbay.Tools.Workflow.Model;

/// <summary>An execution without its steps. Times are Unix nanoseconds (UTC).</summary>
public sealed record ExecutionHeader
{
    /// <summary>The definition this is an execution of. 1 to 256 characters.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>Names the execution within its workflow. 1 to 256 characters.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The version of the definition, or null.</summary>
    public string? Version { get; init; }

    /// <summary>The execution that started this one, or null.</summary>
    public string? ParentExecutionId { get; init; }

    /// <summary>Where it stands.</summary>
    public required ExecutionStatus Status { get; init; }

    /// <summary>When it began.</summary>
    public required long StartedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Further figures as a JSON object in UTF-8; empty when there are none.</summary>
    public ReadOnlyMemory<byte> Attributes { get; init; }

    /// <summary>For a trace: the span the execution is made of. It is not counted among the steps.</summary>
    public TraceRoot? Root { get; init; }

    /// <summary>Whether the workflow is known for certain; a trace whose root has not come yet waits.</summary>
    public bool IsAssigned => Root is null or { IsRoot: true };
}
