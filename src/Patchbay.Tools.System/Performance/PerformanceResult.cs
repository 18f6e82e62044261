using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Patchbay.Tools.System.Performance;

internal sealed record PerformanceResult
{
    [Description("When the newest sample was taken, UTC")]
    public required DateTime SampledAt { get; init; }

    [Description("The interval asked for; rates are taken over the samples nearest to it")]
    public required double IntervalS { get; init; }

    [Description("Measured time between the two samples behind the rates; null while there is one sample only")]
    public required double? MeasuredS { get; init; }

    [Description("container when a limit of CPU or memory is tighter than the host; every section names its own")]
    public required MetricScope Scope { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CpuReport? Cpu { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MemoryReport? Memory { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DiskReport? Disk { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NetworkReport? Network { get; init; }

    public required ProcessReport Process { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContainerReport? Container { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HostReport? Host { get; init; }

    [Description("Per series of the history")]
    public required IReadOnlyDictionary<string, SeriesStatistics> Statistics { get; init; }

    public required HistoryReport History { get; init; }

    [Description("Utilization, saturation and errors of each resource asked for")]
    public required IReadOnlyDictionary<string, UseVerdict> Verdicts { get; init; }

    public required CoverageReport Coverage { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }
}
