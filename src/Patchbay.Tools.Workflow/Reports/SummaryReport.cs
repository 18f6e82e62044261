namespace Patchbay.Tools.Workflow.Reports;

/// <summary>The selected executions as a whole.</summary>
/// <param name="Executions">How many, by status.</param>
/// <param name="SuccessRate">Succeeded among ended, with Wilson's 95 % interval; null when none has ended.</param>
/// <param name="ThroughputPerHour">Ended executions per hour of the range.</param>
/// <param name="ArrivalIntervalS">Mean seconds between the starts of consecutive executions; null with fewer than two.</param>
/// <param name="Concurrency">Executions under way at the same time.</param>
public sealed record SummaryReport(
    ExecutionCounts Executions, RateReport? SuccessRate, double ThroughputPerHour, double? ArrivalIntervalS, ConcurrencyReport Concurrency);

/// <summary>Executions by status.</summary>
public sealed record ExecutionCounts(int Total, int Succeeded, int Failed, int Running, int Cancelled, int TimedOut);

/// <summary>A share from 0 to 1 with the bounds of its 95 % interval.</summary>
public sealed record RateReport(double Value, double Low, double High);

/// <summary>Executions under way at the same time: the mean over the range, and the most.</summary>
public sealed record ConcurrencyReport(double Mean, int Max);
