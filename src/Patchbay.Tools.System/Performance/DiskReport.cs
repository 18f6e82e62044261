using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Patchbay.Tools.System.Performance;

internal sealed record DiskReport
{
    [Description("Sum over the devices with in_total")]
    public required double? ReadBytesPerS { get; init; }

    public required double? WriteBytesPerS { get; init; }

    public required double? ReadIops { get; init; }

    public required double? WriteIops { get; init; }

    [Description("Share of time with a request under way, 0 to 100, of the busiest device")]
    public required double? BusyPercent { get; init; }

    public required IReadOnlyList<DiskDeviceReport> Devices { get; init; }

    public required IReadOnlyList<FilesystemReport> Filesystems { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PressureReport? Pressure { get; init; }
}

internal sealed record DiskDeviceReport
{
    public required string Name { get; init; }

    [Description("False for devices whose traffic is counted in the disks below them")]
    public required bool InTotal { get; init; }

    public required double? ReadBytesPerS { get; init; }

    public required double? WriteBytesPerS { get; init; }

    public required double? ReadIops { get; init; }

    public required double? WriteIops { get; init; }

    public required double? BusyPercent { get; init; }

    [Description("Mean time of a request from queueing to end; null when there was none")]
    public required double? AwaitMs { get; init; }

    [Description("Mean number of requests waiting or under way")]
    public required double? QueueLength { get; init; }
}

internal sealed record FilesystemReport
{
    public required string Mount { get; init; }

    public required string Type { get; init; }

    public required bool ReadOnly { get; init; }

    [Description("True while the filesystem does not answer")]
    public required bool Stuck { get; init; }

    public required long? TotalBytes { get; init; }

    [Description("What a user other than root may still take")]
    public required long? AvailableBytes { get; init; }

    public required long? UsedBytes { get; init; }

    [Description("Used, of what a user other than root could have, 0 to 100, as df has it")]
    public required double? Percent { get; init; }

    public required double? InodesPercent { get; init; }
}
