using Patchbay.Tools.Workflow.Statistics;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>The figures of one range that several analyses share.</summary>
internal sealed class RangeFigures
{
    private readonly long[] _durations;

    public RangeFigures(WorkflowTable table)
    {
        Table = table;
        Steps = StepFigures.Of(table);
        _durations = [.. table.Executions.Where(execution => execution.HasEnded).Select(execution => execution.Duration)];
        RadixSort.Sort(_durations, new long[_durations.Length]);
        Failed = table.Executions.Count(execution => execution.HasFailed);
    }

    public WorkflowTable Table { get; }

    public StepFigures Steps { get; }

    /// <summary>Durations of ended executions, sorted.</summary>
    public ReadOnlySpan<long> Durations => _durations;

    /// <summary>Executions that failed or timed out.</summary>
    public int Failed { get; }
}
