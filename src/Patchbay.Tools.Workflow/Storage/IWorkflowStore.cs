using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>
/// Keeps executions and their steps, bounded by age and count per workflow. Recording is an idempotent join, so that batches may come in any order and more than once;
/// a batch is stored as a whole or, when this throws, not at all. Safe for concurrent use.
/// </summary>
public interface IWorkflowStore
{
    /// <summary>Joins a batch with what is stored, then drops what is beyond the bounds, the longest unheard-of first.</summary>
    ValueTask<RecordOutcome> RecordAsync(IReadOnlyList<WorkflowExecution> batch, CancellationToken cancellationToken);

    /// <summary>Every known workflow, ordinal by name. Traces without a root that have been quiet for long enough are given to a workflow first.</summary>
    ValueTask<IReadOnlyList<WorkflowEntry>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One workflow, or null when nothing was ever recorded of it.</summary>
    ValueTask<WorkflowEntry?> FindAsync(string workflowId, CancellationToken cancellationToken);

    /// <summary>Hands the selected executions to <paramref name="visit"/>, one after the other, as of one moment. The memory of a chunk may be used again after the visit.</summary>
    ValueTask ReadAsync(string workflowId, ExecutionQuery query, Action<StoredExecution> visit, CancellationToken cancellationToken);

    /// <summary>One execution by its id, the last received when several workflows have one of that id; null when there is none.</summary>
    ValueTask<StoredExecution?> FindExecutionAsync(string executionId, CancellationToken cancellationToken);
}
