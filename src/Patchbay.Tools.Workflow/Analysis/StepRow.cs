using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>One step with all its attempts, as the analysis sees it: 64 bytes, so that a million of them fit beside everything else.</summary>
internal struct StepRow
{
    /// <summary>Where the step stands in its execution: its start, else its end, else when it was scheduled.</summary>
    public long Time;

    /// <summary>Start of the first attempt, or <see cref="UnixTime.Absent"/>.</summary>
    public long Started;

    /// <summary>End of the last attempt, or <see cref="UnixTime.Absent"/>.</summary>
    public long Ended;

    /// <summary>Started minus scheduled, summed over the attempts; <see cref="UnixTime.Absent"/> when not known.</summary>
    public long Waiting;

    /// <summary>Ended minus started, summed over the attempts; <see cref="UnixTime.Absent"/> when not known.</summary>
    public long Running;

    public int Name;

    /// <summary>The enclosing step as an index into the table, or -1 for the execution.</summary>
    public int Parent;

    /// <summary>The highest number of an attempt; the attempts between need not have been recorded.</summary>
    public int Attempts;

    /// <summary>Index into the labels, or -1.</summary>
    public int Worker;

    /// <summary>Type of the error of the last attempt, index into the labels, or -1.</summary>
    public int Error;

    public StepStatus Status;

    public StepFlags Flags;

    public readonly bool HasInterval => Started != UnixTime.Absent && Ended != UnixTime.Absent;

    /// <summary>Whether the step took place: it began or ended, and was not left out.</summary>
    public readonly bool Happened => (Started != UnixTime.Absent || Ended != UnixTime.Absent) && Status != StepStatus.Skipped;

    public readonly bool HasFailed => Status is StepStatus.Failed or StepStatus.TimedOut;
}

/// <summary>What is particular about a step.</summary>
[Flags]
internal enum StepFlags : byte
{
    None = 0,

    /// <summary>Its parent is not known; it hangs on the execution.</summary>
    Orphan = 1,

    /// <summary>Its chain of parents led back to itself, and was cut here.</summary>
    Cyclic = 2,

    /// <summary>A consumer of what its parent produced: nobody waits for it.</summary>
    Detached = 4,
}
