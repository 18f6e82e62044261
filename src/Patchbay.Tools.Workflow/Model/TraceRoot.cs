namespace Patchbay.Tools.Workflow.Model;

/// <summary>The span that stands for the execution of a trace. Spans arrive in any order, so each batch names its best candidate and the best of all wins.</summary>
/// <param name="IsRoot">The span has no parent. When false it is only the earliest span seen, and the real root may still come.</param>
/// <param name="StartedAt">Its start, Unix nanoseconds.</param>
/// <param name="StepId">Its span id.</param>
public sealed record TraceRoot(bool IsRoot, long StartedAt, string StepId)
{
    /// <summary>Less than zero when this is the better candidate: a true root, then the earlier start, then the smaller id.</summary>
    public int Rank(TraceRoot? other)
    {
        if (other is null)
            return -1;
        var byKind = other.IsRoot.CompareTo(IsRoot);
        if (byKind != 0)
            return byKind;
        var byStart = StartedAt.CompareTo(other.StartedAt);
        return byStart != 0 ? byStart : string.CompareOrdinal(StepId, other.StepId);
    }
}
