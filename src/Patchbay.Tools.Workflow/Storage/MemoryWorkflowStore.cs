using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>Keeps executions in memory, packed as the databases keep them. Nothing survives the process.</summary>
internal sealed class MemoryWorkflowStore(StoreBounds bounds, TimeProvider clock) : IWorkflowStore
{
    private readonly Lock _gate = new();
    private readonly MemoryTables _tables = new(bounds.Workflows);
    private readonly BoundedRecorder _recorder = new(bounds);

    public ValueTask<RecordOutcome> RecordAsync(IReadOnlyList<WorkflowExecution> batch, CancellationToken cancellationToken)
    {
        lock (_gate)
            return ValueTask.FromResult(_recorder.Record(_tables, batch, Now()));
    }

    public ValueTask<IReadOnlyList<WorkflowEntry>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _recorder.Sweep(_tables, Now());
            return ValueTask.FromResult<IReadOnlyList<WorkflowEntry>>([.. _tables.Workflows.Skip(1).Select(Entry).OrderBy(entry => entry.WorkflowId, StringComparer.Ordinal)]);
        }
    }

    public ValueTask<WorkflowEntry?> FindAsync(string workflowId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _recorder.Sweep(_tables, Now());
            return ValueTask.FromResult(_tables.Workflows.Skip(1).Where(workflow => workflow.Name == workflowId).Select(Entry).FirstOrDefault());
        }
    }

    public ValueTask ReadAsync(string workflowId, ExecutionQuery query, Action<StoredExecution> visit, CancellationToken cancellationToken)
    {
        List<StoredExecution> selected;
        lock (_gate)
        {
            selected = [.. _tables.Workflows.Skip(1).Where(workflow => workflow.Name == workflowId).SelectMany(workflow => workflow.Rows)
                .Where(row => row.At <= query.To && (row.Header.EndedAt is null || row.At >= query.From))
                .OrderBy(row => (row.At, row.Id)).Select(_tables.Stored)];
        }

        foreach (var execution in selected)
        {
            cancellationToken.ThrowIfCancellationRequested();
            visit(execution);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<StoredExecution?> FindExecutionAsync(string executionId, CancellationToken cancellationToken)
    {
        lock (_gate)
            return ValueTask.FromResult(_tables.Last(executionId) is { } row ? _tables.Stored(row) : (StoredExecution?)null);
    }

    private long Now() => UnixTime.From(clock.GetUtcNow());

    private static WorkflowEntry Entry(MemoryWorkflow workflow) => new(
        workflow.Name, workflow.Counters.Seen, workflow.Counters.Kept, workflow.Counters.Steps, workflow.Counters.Evicted, workflow.Counters.Rejected,
        workflow.Rows.Count == 0 ? null : workflow.Rows.Min(row => row.At), workflow.Rows.Count == 0 ? null : workflow.Rows.Max(row => row.At));
}
