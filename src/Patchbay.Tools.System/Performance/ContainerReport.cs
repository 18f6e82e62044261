using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Patchbay.Tools.System.Performance;

[Description("What the control groups of this process say; scope is always container")]
internal sealed record ContainerReport
{
    [Description("v1, v2 or hybrid")]
    public required string Cgroup { get; init; }

    [Description("The tightest limit on the way up, or null")]
    public required double? CpuLimitCores { get; init; }

    [Description("CPU use relative to the limit, or to the host's CPUs when there is none")]
    public required double? CpuPercent { get; init; }

    [Description("CPU time since the group was made, in microseconds")]
    public required long? CpuUsageUs { get; init; }

    [Description("Periods in which the group stood throttled, of all periods, 0 to 100")]
    public required double? ThrottledPercent { get; init; }

    public required double? ThrottledMsPerS { get; init; }

    [Description("Throttled periods since the group was made")]
    public required long? ThrottledPeriods { get; init; }

    [Description("Time throttled since the group was made, in microseconds")]
    public required long? ThrottledUs { get; init; }

    public required long? MemoryLimitBytes { get; init; }

    public required long? MemoryUsageBytes { get; init; }

    [Description("Usage less inactive file pages")]
    public required long? MemoryWorkingSetBytes { get; init; }

    [Description("Working set of the limit, 0 to 100; null without a limit")]
    public required double? MemoryPercent { get; init; }

    public required long? OomKills { get; init; }
}

[Description("The machine's own figures, present when a container's limit stands in for them above")]
internal sealed record HostReport
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CpuReport? Cpu { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MemoryReport? Memory { get; init; }
}
