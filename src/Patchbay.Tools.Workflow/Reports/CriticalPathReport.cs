using System.Text.Json.Serialization;

namespace Patchbay.Tools.Workflow.Reports;

/// <summary>What the duration was made of. The name <c>(execution)</c> stands for time in which no step ran.</summary>
/// <param name="Exemplars">The executions at the median, at the 95th percentile, and the slowest.</param>
/// <param name="Aggregate">Seconds on the critical path by step name, over all ended executions.</param>
/// <param name="WhatIf">The median duration if the step took no time and nothing else changed: an upper bound of what can be won.</param>
public sealed record CriticalPathReport(IReadOnlyList<ExemplarReport> Exemplars, IReadOnlyList<ShareReport> Aggregate, IReadOnlyList<WhatIfReport> WhatIf);

/// <summary>The critical path of one execution. The sections are in the order of time, and their seconds add up to the total.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Percentile">Where it stands among all: 50, 95 or 100.</param>
/// <param name="TotalS">Its duration in seconds.</param>
/// <param name="Sections">What followed what.</param>
/// <param name="Grouped">True when there were more than 500 sections: then those of one name are one.</param>
public sealed record ExemplarReport(
    string ExecutionId, double Percentile, double TotalS, IReadOnlyList<SectionReport> Sections,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Grouped = false);

/// <summary>A part of a critical path.</summary>
public sealed record SectionReport(string Step, double Seconds);

/// <summary>The part of one step name in all critical paths; the share is from 0 to 1.</summary>
public sealed record ShareReport(string Step, double Seconds, double Share);

/// <summary>The median duration without one step.</summary>
public sealed record WhatIfReport(string Step, [property: JsonPropertyName("p50_s")] double P50S);

/// <summary>Where time is lost, ranked within each reason.</summary>
/// <param name="Step">The step, or the edge <c>a → b</c>.</param>
/// <param name="Reason"><c>critical_path</c>, <c>waiting</c>, or <c>gap</c> (the time between two steps, for logs that tell only one moment of a step).</param>
/// <param name="CriticalShare">Its share of all critical paths, 0 to 1; null for a gap.</param>
/// <param name="WaitingS">All its waiting in seconds; null when not known.</param>
/// <param name="Evidence">The figures behind it.</param>
public sealed record BottleneckReport(string Step, string Reason, double? CriticalShare, double? WaitingS, IReadOnlyDictionary<string, double> Evidence);
