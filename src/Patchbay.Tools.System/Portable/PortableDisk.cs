using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Portable;

/// <summary>Sizes of the fixed drives; traffic is not to be had in a portable way.</summary>
internal sealed class PortableDisk : IMetricSource<DiskReport>
{
    public void Sample(long sample)
    {
        // Sizes are asked for when a report is made.
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        // There is nothing to record.
    }

    public DiskReport Report(in SampleWindow window) => new()
    {
        ReadBytesPerS = null,
        WriteBytesPerS = null,
        ReadIops = null,
        WriteIops = null,
        BusyPercent = null,
        Devices = [],
        Filesystems = [.. Drives()],
    };

    public void Dispose()
    {
        // There is nothing to give back.
    }

    // Fixed drives only: one behind a network may hang.
    private static IEnumerable<FilesystemReport> Drives() =>
        DriveInfo.GetDrives().Where(drive => drive is { DriveType: DriveType.Fixed, IsReady: true, TotalSize: > 0 }).Select(drive =>
        {
            var used = drive.TotalSize - drive.TotalFreeSpace;
            return new FilesystemReport
            {
                Mount = drive.Name,
                Type = drive.DriveFormat,
                ReadOnly = false,
                Stuck = false,
                TotalBytes = drive.TotalSize,
                AvailableBytes = drive.AvailableFreeSpace,
                UsedBytes = used,
                Percent = Figures.Known(Figures.Percent(used, used + drive.AvailableFreeSpace)),
                InodesPercent = null,
            };
        });
}
