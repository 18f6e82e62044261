using System.Globalization;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>Whether there is room on the filesystems, and whether they answer.</summary>
internal static class DiskChecks
{
    private const double Gibibyte = 1 << 30;

    public static IEnumerable<IDiagnosticCheck> All(Sampler sampler) =>
    [
        new LocalCheck("disk.space", Components.System, DiagnosticLevel.Basic, () => Space(sampler)),
        new LocalCheck("disk.inodes", Components.System, DiagnosticLevel.Basic, () => Inodes(sampler)),
        new LocalCheck("disk.mounts", Components.System, DiagnosticLevel.Basic, () => Stuck(sampler)),
        new LocalCheck("disk.pressure", Components.System, DiagnosticLevel.Basic, () => PressureChecks.Read(
            sampler, sampler.Sources.IoPressure, "disks", Thresholds.IoPressure, "Find what reads and writes, or use a faster disk.")),
    ];

    private static CheckReading Space(Sampler sampler)
    {
        var worst = Writable(sampler).Where(filesystem => filesystem.Percent is not null).MaxBy(filesystem => filesystem.Percent);
        if (worst is null)
            return CheckReading.NotKnown("No filesystem has told its size yet.");
        var bytes = (worst.AvailableBytes ?? 0) / Gibibyte;
        // The share alone misleads on very large disks, so the bytes stand beside it.
        return Readings.Of(
            string.Create(CultureInfo.InvariantCulture, $"Free space on {worst.Mount}, the fullest filesystem ({bytes:0.##} GiB left)"), 100 - worst.Percent, "percent", Thresholds.DiskFree,
            $"Remove what is not needed on {worst.Mount}, or make it larger.",
            Readings.Evidence(("available_bytes", worst.AvailableBytes), ("total_bytes", worst.TotalBytes)));
    }

    private static CheckReading Inodes(Sampler sampler)
    {
        var worst = Writable(sampler).Where(filesystem => filesystem.InodesPercent is not null).MaxBy(filesystem => filesystem.InodesPercent);
        return worst is null
            ? CheckReading.Skip("No filesystem here has a fixed number of inodes.")
            : Readings.Of($"Free inodes on {worst.Mount}", 100 - worst.InodesPercent, "percent", Thresholds.DiskFree, $"Too many small files on {worst.Mount}: remove what is not needed.");
    }

    private static CheckReading Stuck(Sampler sampler)
    {
        var stuck = Filesystems(sampler).Where(filesystem => filesystem.Stuck).Select(filesystem => filesystem.Mount).ToList();
        var reading = Readings.OfVerdict(stuck.Count > 0 ? Verdict.Critical : Verdict.Ok, "Filesystems that do not answer", stuck.Count, "count", new Threshold(1, 1),
            $"Whoever touches {string.Join(", ", stuck)} will hang: is a network mount's server away?");
        return stuck.Count == 0 ? reading : reading with { Message = $"No answer from {string.Join(", ", stuck)}." };
    }

    private static IEnumerable<FilesystemReport> Writable(Sampler sampler) =>
        Filesystems(sampler).Where(filesystem => filesystem is { ReadOnly: false, Stuck: false });

    private static IReadOnlyList<FilesystemReport> Filesystems(Sampler sampler)
    {
        lock (sampler.Gate)
            return sampler.Sources.Disk.Report(sampler.Window(1)).Filesystems;
    }
}
