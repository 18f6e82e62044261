using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>One attempt as it lies in the chunk; offsets point into the chunk.</summary>
internal struct AttemptRow
{
    public int Step;
    public int Attempt;
    public StepStatus Status;
    public int Name;
    public int Kind;
    public int Worker;
    public int Error;
    public int ParentOffset;
    public int ParentLength;
    public int DependsOffset;
    public long Scheduled;
    public long Started;
    public long Ended;
}
