namespace Patchbay.Tools.Workflow.Storage;

/// <summary>The tables as collections. Guarded by the lock of <see cref="MemoryWorkflowStore"/>.</summary>
internal sealed class MemoryTables(int maxWorkflows) : IExecutionTables
{
    private static readonly Comparer<ExecutionRow> ByReceipt = Comparer<ExecutionRow>.Create((a, b) => (a.ReceivedAt, a.Id).CompareTo((b.ReceivedAt, b.Id)));

    private readonly Dictionary<string, ExecutionRow> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _workflows = new(StringComparer.Ordinal);
    private readonly Dictionary<long, ExecutionRow> _byId = [];
    private readonly Dictionary<long, List<StepChunk>> _chunks = [];
    private readonly SortedSet<ExecutionRow> _byReceipt = new(ByReceipt);
    private long _lastId;

    /// <summary>Every workflow by its row; the first is the waiting room.</summary>
    public List<MemoryWorkflow> Workflows { get; } = [new("", ByReceipt)];

    public int? Workflow(string name)
    {
        if (_workflows.TryGetValue(name, out var row))
            return row;
        if (Workflows.Count > maxWorkflows)
            return null;
        Workflows.Add(new MemoryWorkflow(name, ByReceipt));
        _workflows.Add(name, Workflows.Count - 1);
        return Workflows.Count - 1;
    }

    public ExecutionRow? Find(string key)
    {
        if (!_byKey.TryGetValue(key, out var row))
            return null;
        // A copy, because the sorted sets must not see a change of what they sort by.
        return new ExecutionRow
        {
            Id = row.Id,
            Key = row.Key,
            Workflow = row.Workflow,
            Header = row.Header,
            ReceivedAt = row.ReceivedAt,
            ChunkCounts = [.. row.ChunkCounts],
        };
    }

    public void Insert(ExecutionRow row)
    {
        row.Id = ++_lastId;
        _chunks.Add(row.Id, []);
        Attach(row);
    }

    public void Update(ExecutionRow row)
    {
        Detach(_byId[row.Id]);
        Attach(row);
    }

    public void Delete(long id, int chunks)
    {
        Detach(_byId[id]);
        _byId.Remove(id);
        _chunks.Remove(id);
    }

    public StepChunk ReadChunk(long id, int number) => _chunks[id][number];

    public void WriteChunk(long id, int number, StepChunk chunk) => _chunks[id].Add(chunk);

    public void DeleteChunk(long id, int number) => _chunks[id].RemoveAt(number);

    public void Count(int workflow, WorkflowDelta delta)
    {
        var counters = Workflows[workflow].Counters;
        counters.Seen += delta.Seen;
        counters.Kept += delta.Kept;
        counters.Steps += delta.Steps;
        counters.Evicted += delta.Evicted;
        counters.Rejected += delta.Rejected;
    }

    public (long Executions, long Steps) Held(int workflow) => (Workflows[workflow].Counters.Kept, Workflows[workflow].Counters.Steps);

    public IReadOnlyList<ExecutionRow> Oldest(int workflow, int limit) => [.. Workflows[workflow].Rows.Take(limit)];

    public IReadOnlyList<ExecutionRow> ReceivedBefore(long time, int limit) => [.. _byReceipt.TakeWhile(row => row.ReceivedAt < time).Take(limit)];

    public IReadOnlyList<ExecutionRow> WaitingBefore(long time, int limit) =>
        [.. Workflows[BoundedRecorder.Waiting].Rows.TakeWhile(row => row.ReceivedAt < time).Take(limit).Select(row => Find(row.Key)!)];

    public StoredExecution Stored(ExecutionRow row) => new(row.Header, row.ReceivedAt, [.. _chunks[row.Id]]);

    public ExecutionRow? Last(string executionId) =>
        _byId.Values.Where(row => row.Header.ExecutionId == executionId && row.Workflow != BoundedRecorder.Waiting).MaxBy(row => (row.ReceivedAt, row.Id));

    private void Attach(ExecutionRow row)
    {
        _byKey[row.Key] = row;
        _byId[row.Id] = row;
        _byReceipt.Add(row);
        Workflows[row.Workflow].Rows.Add(row);
    }

    private void Detach(ExecutionRow row)
    {
        _byKey.Remove(row.Key);
        _byReceipt.Remove(row);
        Workflows[row.Workflow].Rows.Remove(row);
    }
}

/// <summary>One workflow of <see cref="MemoryTables"/>.</summary>
internal sealed class MemoryWorkflow(string name, IComparer<ExecutionRow> order)
{
    public string Name { get; } = name;

    public SortedSet<ExecutionRow> Rows { get; } = new(order);

    public WorkflowDelta Counters { get; } = new();
}
