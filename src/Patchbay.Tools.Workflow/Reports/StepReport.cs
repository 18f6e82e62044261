namespace Patchbay.Tools.Workflow.Reports;

/// <summary>All steps of one name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Count">How often it took place; a step with several attempts counts once.</param>
/// <param name="Executions">In how many executions.</param>
/// <param name="Failures">How many failed or timed out in their last attempt.</param>
/// <param name="Retries">Attempts beyond the first.</param>
/// <param name="MeanAttempts">Mean number of attempts.</param>
/// <param name="WaitingS">Started minus scheduled, in seconds, summed over the attempts; where it is not said, since the end of what the step depends on.</param>
/// <param name="RunningS">Ended minus started, in seconds, summed over the attempts.</param>
/// <param name="SelfS">Mean seconds in which none of its own child steps ran.</param>
/// <param name="ReworkExecutions">Executions in which it took place more than once.</param>
/// <param name="CriticalShare">Its share of the critical path of all ended executions, 0 to 1.</param>
public sealed record StepReport(
    string Name, int Count, int Executions, int Failures, int Retries, double MeanAttempts, SpreadReport WaitingS, SpreadReport RunningS,
    double? SelfS, int ReworkExecutions, double CriticalShare);

/// <summary>Who did how many steps.</summary>
public sealed record WorkerReport(string Worker, int Steps);

/// <summary>How often work went from one worker to another (or stayed): the workers of two steps of an execution that follow each other.</summary>
public sealed record HandoverReport(string From, string To, int Count);
