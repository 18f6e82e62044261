using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Patchbay.Tools.System.Performance;

internal sealed record MemoryReport
{
    [Description("host, or container when a memory limit is tighter than the host: the total is then the limit, used the working set")]
    public required MetricScope Scope { get; init; }

    public required long? TotalBytes { get; init; }

    [Description("What can be had without swapping; not the same as free")]
    public required long? AvailableBytes { get; init; }

    [Description("Total less available")]
    public required long? UsedBytes { get; init; }

    [Description("Used of total, 0 to 100")]
    public required double? Percent { get; init; }

    public required long? FreeBytes { get; init; }

    public required long? BuffersBytes { get; init; }

    [Description("Page cache and reclaimable slab")]
    public required long? CachedBytes { get; init; }

    public required long? SwapTotalBytes { get; init; }

    public required long? SwapUsedBytes { get; init; }

    public required double? MajorFaultsPerS { get; init; }

    public required double? SwapInBytesPerS { get; init; }

    public required double? SwapOutBytesPerS { get; init; }

    [Description("Processes killed for want of memory, since boot or since the container was made")]
    public required long? OomKills { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PressureReport? Pressure { get; init; }
}
