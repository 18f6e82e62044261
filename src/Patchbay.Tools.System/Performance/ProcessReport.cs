using System.ComponentModel;

namespace Patchbay.Tools.System.Performance;

[Description("The server's own process")]
internal sealed record ProcessReport
{
    [Description("Of all CPUs the process may use, 0 to 100")]
    public required double? CpuPercent { get; init; }

    public required long? RssBytes { get; init; }

    public required long? GcHeapBytes { get; init; }

    public required long? Threads { get; init; }

    public required long? FileDescriptors { get; init; }

    [Description("The most memory the runtime may use: the container's limit or the machine's total")]
    public required long? GcLimitBytes { get; init; }

    [Description("Share of time the garbage collector stopped the process, since start, 0 to 100")]
    public required double? GcPausePercent { get; init; }

    public required double? AllocatedBytesPerS { get; init; }

    public required double? FullCollectionsPerMinute { get; init; }

    public required double? LockContentionsPerS { get; init; }

    public required long? ThreadPoolThreads { get; init; }

    public required long? ThreadPoolPending { get; init; }

    public required double? UptimeS { get; init; }
}
