namespace Patchbay.Tools.Workflow.Model;

/// <summary>Where an execution stands. The numbers are stored and rank two reports of the same moment: the higher one wins.</summary>
public enum ExecutionStatus : byte
{
    /// <summary>Started and not ended.</summary>
    Running = 0,

    /// <summary>Stopped on request before its end.</summary>
    Cancelled = 1,

    /// <summary>Ended as intended.</summary>
    Succeeded = 2,

    /// <summary>Ended with an error.</summary>
    Failed = 3,

    /// <summary>Ended because its time was up.</summary>
    TimedOut = 4,
}
