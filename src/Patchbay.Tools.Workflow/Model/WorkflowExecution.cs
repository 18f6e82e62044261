namespace Patchbay.Tools.Workflow.Model;

/// <summary>What one batch says of one execution: its header, and any of its steps. Recording the same again changes nothing; the order of batches does not matter.</summary>
public sealed record WorkflowExecution
{
    /// <summary>What identifies the execution across batches. See <see cref="KeyOf"/>; traces use their trace id.</summary>
    public required string Key { get; init; }

    /// <summary>The execution itself.</summary>
    public required ExecutionHeader Header { get; init; }

    /// <summary>The steps of this batch.</summary>
    public IReadOnlyList<WorkflowStep> Steps { get; init; } = [];

    /// <summary>How many steps of this batch were refused before storage; told under <c>coverage</c>.</summary>
    public int RejectedSteps { get; init; }

    /// <summary>The key of an execution that is known by name. The separator is a control character, which names may not contain.</summary>
    public static string KeyOf(string workflowId, string executionId) => $"{executionId}\u001f{workflowId}";
}
