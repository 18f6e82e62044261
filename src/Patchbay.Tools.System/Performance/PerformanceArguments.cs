using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Patchbay.Tools.System.Performance;

internal enum MetricArea
{
    Cpu,
    Memory,
    Disk,
    Network,
}

internal sealed record PerformanceArguments
{
    [Description("The areas to report; all when left out")]
    [Length(1, 16)]
    public IReadOnlyList<MetricArea> Metrics { get; init; } = [MetricArea.Cpu, MetricArea.Memory, MetricArea.Disk, MetricArea.Network];

    [Description("Seconds over which the current rates are taken; the answer does not wait for them")]
    [Range(1, 60)]
    public double Interval { get; init; } = 1;

    [Description("How much history to return; 0 for none")]
    [Range(0, 1440)]
    public int HistoryMinutes { get; init; } = 5;

    [Description("The most points a series of the history may have; longer histories are folded, and keep their spikes in max")]
    [Range(10, 2000)]
    public int MaxPoints { get; init; } = 300;
}
