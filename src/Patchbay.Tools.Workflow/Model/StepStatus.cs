namespace Patchbay.Tools.Workflow.Model;

/// <summary>Where one attempt of a step stands. The numbers are stored and rank two reports of the same moment: the higher one wins.</summary>
public enum StepStatus : byte
{
    /// <summary>Known, not yet handed to a worker.</summary>
    Scheduled = 0,

    /// <summary>Waits in the queue of a worker.</summary>
    Queued = 1,

    /// <summary>A worker is at it.</summary>
    Running = 2,

    /// <summary>This attempt failed and another follows.</summary>
    Retrying = 3,

    /// <summary>Left out on purpose.</summary>
    Skipped = 4,

    /// <summary>Stopped on request.</summary>
    Cancelled = 5,

    /// <summary>Ended as intended.</summary>
    Succeeded = 6,

    /// <summary>Ended with an error.</summary>
    Failed = 7,

    /// <summary>Ended because its time was up.</summary>
    TimedOut = 8,
}
