namespace Patchbay.Tools.Workflow.Reports;

/// <summary>Durations of ended executions in seconds. All but the count are null when there is none. The standard deviation is that of the population.</summary>
public sealed record DurationReport(
    int Count, double? Mean, double? Stdev, double? Min, double? P50, double? P90, double? P95, double? P99, double? Max);

/// <summary>Mean and percentiles in seconds; null where nothing is known.</summary>
public sealed record SpreadReport(double? Mean, double? P50, double? P95);
