using System.Buffers;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>The selected executions in memory: rows of steps, those of one execution together and in the order of time.</summary>
/// <param name="capacity">How many rows are expected; more have room too.</param>
internal sealed class WorkflowTable(int capacity = 0) : IDisposable
{
    // Rented: one analysis after the other of a large workflow would otherwise leave as much garbage as it uses.
    private StepRow[] _rows = ArrayPool<StepRow>.Shared.Rent(Math.Max(1024, capacity));

    public List<ExecutionInfo> Executions { get; } = [];

    public Interner Names { get; } = new();

    /// <summary>Workers and error types.</summary>
    public Interner Labels { get; } = new();

    public int RowCount { get; private set; }

    public ReadOnlySpan<StepRow> Rows => _rows.AsSpan(0, RowCount);

    public ReadOnlySpan<StepRow> Of(ExecutionInfo execution) => _rows.AsSpan(execution.First, execution.Count);

    /// <summary>Room for the steps of one more execution, to be filled by the caller.</summary>
    public Span<StepRow> Append(int count)
    {
        if (RowCount + count > _rows.Length)
            Grow(RowCount + count);
        RowCount += count;
        return _rows.AsSpan(RowCount - count, count);
    }

    public void Dispose()
    {
        ArrayPool<StepRow>.Shared.Return(_rows);
        _rows = [];
        RowCount = 0;
    }

    private void Grow(int atLeast)
    {
        var larger = ArrayPool<StepRow>.Shared.Rent(Math.Max(atLeast, _rows.Length * 2));
        Rows.CopyTo(larger);
        ArrayPool<StepRow>.Shared.Return(_rows);
        _rows = larger;
    }
}
