namespace Patchbay.Tools.Workflow.Storage;

/// <summary>What a batch changes in the counters of a workflow.</summary>
internal sealed class WorkflowDelta
{
    public long Seen { get; set; }

    public long Kept { get; set; }

    public long Steps { get; set; }

    public long Evicted { get; set; }

    public long Rejected { get; set; }
}
