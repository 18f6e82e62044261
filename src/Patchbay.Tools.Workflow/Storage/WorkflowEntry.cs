namespace Patchbay.Tools.Workflow.Storage;

/// <summary>What the store knows of a workflow as a whole: what was received, what is held, what was dropped.</summary>
/// <param name="WorkflowId">The name.</param>
/// <param name="ExecutionsSeen">Executions recorded since the workflow is known, evicted ones included.</param>
/// <param name="ExecutionsKept">Executions held now.</param>
/// <param name="StepsKept">Step records held now (a step that was sent in separate batches may count more than once until its chunks are merged).</param>
/// <param name="Evicted">Executions dropped because of age or count.</param>
/// <param name="Rejected">Steps refused before storage.</param>
/// <param name="Oldest">The earliest end (or start, while running) held, Unix nanoseconds; null when nothing is held.</param>
/// <param name="Newest">The latest end (or start) held.</param>
public sealed record WorkflowEntry(
    string WorkflowId, long ExecutionsSeen, long ExecutionsKept, long StepsKept, long Evicted, long Rejected, long? Oldest, long? Newest);
