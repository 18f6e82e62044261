using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Patchbay.Tools.System.Performance;

internal sealed record CpuReport
{
    [Description("host, or container when a CPU limit is tighter than the host: percent, user and system are then relative to the limit")]
    public required MetricScope Scope { get; init; }

    [Description("Busy share, 0 to 100: everything but idle and iowait; steal counts as busy")]
    public required double? Percent { get; init; }

    public required double? User { get; init; }

    public required double? System { get; init; }

    public required double? Nice { get; init; }

    public required double? Iowait { get; init; }

    public required double? Irq { get; init; }

    public required double? Softirq { get; init; }

    public required double? Steal { get; init; }

    [Description("Busy share of each CPU that is online, of the host, in the order of the CPUs")]
    public required IReadOnlyList<double?> PerCpu { get; init; }

    [Description("The same CPUs with their shares")]
    public required IReadOnlyList<CpuCoreReport> Cpus { get; init; }

    [Description("CPUs of the host that are online")]
    public required int? Cores { get; init; }

    [Description("The container's limit in CPUs, or null")]
    public required double? LimitCores { get; init; }

    [Description("Over 1, 5 and 15 minutes, of the host")]
    public required IReadOnlyList<double?> LoadAverage { get; init; }

    public required double? ContextSwitchesPerS { get; init; }

    public required double? ForksPerS { get; init; }

    public required double? InterruptsPerS { get; init; }

    public required long? ProcessesRunning { get; init; }

    public required long? ProcessesBlocked { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PressureReport? Pressure { get; init; }
}

internal sealed record CpuCoreReport
{
    public required string Name { get; init; }

    public required double? Percent { get; init; }

    public required double? User { get; init; }

    public required double? System { get; init; }

    public required double? Nice { get; init; }

    public required double? Iowait { get; init; }

    public required double? Irq { get; init; }

    public required double? Softirq { get; init; }

    public required double? Steal { get; init; }
}
