using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>The rules of recording, the same over every database: join, chunk, count, evict. Used by one writer at a time.</summary>
/// <remarks>
/// A new chunk swallows its predecessor while that is not more than twice as large (the logarithmic method of Bentley and Saxe): an execution of n steps that
/// comes one step at a time is rewritten O(log n) times, holds O(log n) chunks, and a repetition of everything does not grow it.
/// </remarks>
internal sealed class BoundedRecorder(StoreBounds bounds)
{
    /// <summary>The workflow of traces whose root has not come yet. Its name is empty and it is never listed.</summary>
    public const int Waiting = 0;

    /// <summary>Chunks up to this many steps are always rewritten rather than added to, so that an ordinary trace stays in one piece.</summary>
    private const int SmallChunk = 64;

    private const int SweepLimit = 1000;

    private readonly StepEncoder _encoder = new();
    private readonly Dictionary<int, WorkflowDelta> _deltas = [];

    public RecordOutcome Record(IExecutionTables tables, IReadOnlyList<WorkflowExecution> batch, long now)
    {
        _deltas.Clear();
        List<RefusedExecution> refused = [];
        for (var index = 0; index < batch.Count; index++)
        {
            if (RecordOne(tables, batch[index], now) is { } reason)
                refused.Add(new RefusedExecution(index, reason));
        }

        FlushAndEvict(tables);
        return new RecordOutcome(refused);
    }

    /// <summary>Drops what is too old, and gives rootless traces that have been quiet for long enough to the workflow of their earliest span.</summary>
    public void Sweep(IExecutionTables tables, long now)
    {
        _deltas.Clear();
        for (var old = tables.ReceivedBefore(now - Nanoseconds(bounds.Age), SweepLimit); old.Count > 0; old = tables.ReceivedBefore(now - Nanoseconds(bounds.Age), SweepLimit))
        {
            foreach (var row in old)
                Evict(tables, row);
        }

        for (var waiting = tables.WaitingBefore(now - Nanoseconds(bounds.RootPatience), SweepLimit); waiting.Count > 0;
             waiting = tables.WaitingBefore(now - Nanoseconds(bounds.RootPatience), SweepLimit))
        {
            foreach (var row in waiting)
            {
                if (tables.Workflow(row.Header.WorkflowId) is not { } workflow)
                {
                    Evict(tables, row);
                    continue;
                }

                Move(row, workflow);
                tables.Update(row);
            }
        }

        FlushAndEvict(tables);
    }

    private string? RecordOne(IExecutionTables tables, WorkflowExecution execution, long now)
    {
        var row = tables.Find(execution.Key);
        var header = row is null ? execution.Header : Merge.Headers(row.Header, execution.Header);
        var workflow = header.IsAssigned || row is { Workflow: not Waiting } ? tables.Workflow(header.WorkflowId) : Waiting;
        if (workflow is null)
            return $"there is room for {bounds.Workflows} workflows, and this would be one more";
        var steps = Fit(tables, row, execution.Steps);
        if (steps is null)
        {
            Delta(workflow.Value).Rejected += execution.Steps.Count;
            return $"an execution may have {bounds.StepsPerExecution} steps, and this would have more";
        }

        Delta(workflow.Value).Rejected += execution.RejectedSteps;
        if (row is null)
        {
            row = new ExecutionRow { Key = execution.Key, Workflow = workflow.Value, Header = header, ReceivedAt = now, ChunkCounts = steps.Count == 0 ? [] : [steps.Count] };
            tables.Insert(row);
            if (steps.Count > 0)
                tables.WriteChunk(row.Id, 0, _encoder.Encode(steps));
            Add(row, seen: 1);
            return null;
        }

        Add(row, sign: -1);
        row.Header = header;
        row.ReceivedAt = now;
        Append(tables, row, steps);
        Add(row);
        if (row.Workflow != workflow)
            Move(row, workflow.Value);
        tables.Update(row);
        return null;
    }

    /// <summary>The steps of the batch, each once; null when the execution would hold too many.</summary>
    private List<WorkflowStep>? Fit(IExecutionTables tables, ExecutionRow? row, IReadOnlyList<WorkflowStep> steps)
    {
        var joined = StepDecoder.Join(steps);
        if (joined.Count + (row?.Steps ?? 0) <= bounds.StepsPerExecution)
            return joined;
        if (row is null)
            return null;
        // Some may be known already: only now is it worth to read them all.
        var all = StepDecoder.Join(Enumerable.Range(0, row.ChunkCounts.Count).SelectMany(number => StepDecoder.Decode(tables.ReadChunk(row.Id, number))).Concat(joined));
        return all.Count <= bounds.StepsPerExecution ? all : null;
    }

    private void Append(IExecutionTables tables, ExecutionRow row, List<WorkflowStep> steps)
    {
        if (steps.Count == 0)
            return;
        while (row.ChunkCounts.Count > 0 && row.ChunkCounts[^1] <= Math.Max(2 * steps.Count, SmallChunk))
        {
            var last = row.ChunkCounts.Count - 1;
            steps = StepDecoder.Join(StepDecoder.Decode(tables.ReadChunk(row.Id, last)).Concat(steps));
            tables.DeleteChunk(row.Id, last);
            row.ChunkCounts.RemoveAt(last);
        }

        tables.WriteChunk(row.Id, row.ChunkCounts.Count, _encoder.Encode(steps));
        row.ChunkCounts.Add(steps.Count);
    }

    private void FlushAndEvict(IExecutionTables tables)
    {
        var touched = _deltas.Keys.ToList();
        Flush(tables);
        foreach (var workflow in touched)
            EvictBeyondCount(tables, workflow);
        Flush(tables);
    }

    private void EvictBeyondCount(IExecutionTables tables, int workflow)
    {
        var (executions, steps) = tables.Held(workflow);
        while (executions > bounds.Executions || steps > bounds.Steps)
        {
            foreach (var row in tables.Oldest(workflow, (int)Math.Clamp(executions - bounds.Executions, 1, SweepLimit)))
            {
                Evict(tables, row);
                executions--;
                steps -= row.Steps;
                if (executions <= bounds.Executions && steps <= bounds.Steps)
                    break;
            }
        }
    }

    private void Evict(IExecutionTables tables, ExecutionRow row)
    {
        tables.Delete(row.Id, row.ChunkCounts.Count);
        Add(row, sign: -1);
        Delta(row.Workflow).Evicted++;
    }

    private void Move(ExecutionRow row, int workflow)
    {
        Add(row, sign: -1, seen: 1);
        row.Workflow = workflow;
        Add(row, seen: 1);
    }

    private void Add(ExecutionRow row, int sign = 1, int seen = 0)
    {
        var delta = Delta(row.Workflow);
        delta.Kept += sign;
        delta.Steps += sign * row.Steps;
        delta.Seen += sign * seen;
    }

    private WorkflowDelta Delta(int workflow)
    {
        if (!_deltas.TryGetValue(workflow, out var delta))
            _deltas.Add(workflow, delta = new WorkflowDelta());
        return delta;
    }

    private void Flush(IExecutionTables tables)
    {
        foreach (var (workflow, delta) in _deltas)
            tables.Count(workflow, delta);
        _deltas.Clear();
    }

    private static long Nanoseconds(TimeSpan span) => span.Ticks * 100;
}
