using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>One execution, and where its steps lie in the table.</summary>
internal readonly record struct ExecutionInfo(string Id, ExecutionStatus Status, long Started, long Ended, long ReceivedAt, bool Rootless, bool IsTrace, int First, int Count)
{
    public bool HasEnded => Ended != UnixTime.Absent;

    /// <summary>Nanoseconds; never negative, whatever the clocks said.</summary>
    public long Duration => HasEnded ? Math.Max(0, Ended - Started) : 0;

    public bool HasFailed => Status is ExecutionStatus.Failed or ExecutionStatus.TimedOut;
}
