using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Linux;

/// <summary>Traffic of block devices from <c>/proc/diskstats</c>. A sector is 512 bytes whatever the disk says of itself.</summary>
internal sealed class LinuxDisk(LinuxPaths paths, FilesystemProbe filesystems) : IMetricSource<DiskReport>
{
    private const double SectorBytes = 512;
    private const int Reads = 0;
    private const int SectorsRead = 2;
    private const int ReadTicks = 3;
    private const int Writes = 4;
    private const int SectorsWritten = 6;
    private const int WriteTicks = 7;
    private const int InFlight = 8;
    private const int IoTicks = 9;
    private const int QueueTicks = 10;
    private const int Fields = 11;

    private readonly ProcFile _diskstats = paths.File("diskstats");
    private readonly CounterTable _disks = new(Fields, BlockDevices.CountsInTotal);
    private readonly NameFilter _isDisk = new(name => BlockDevices.IsDisk(name, paths));
    private long _sample = -1;

    public void Sample(long sample)
    {
        _sample = sample;
        filesystems.Tick();
        if (!_diskstats.TryRead(out var text))
            return;
        Span<long> raw = stackalloc long[Fields];
        var lines = new TextLines(text);
        while (lines.Next(out var line))
        {
            var fields = new TextFields(line);
            fields.Skip(2);
            if (!fields.Next(out var name) || !_isDisk.Accepts(name))
                continue;
            for (var i = 0; i < Fields; i++)
                raw[i] = fields.NextLong();
            // How many requests are under way is a level that falls again; as a counter it would look like a reset.
            raw[InFlight] = 0;
            // Seven fields in all is a partition of an old kernel: no times, other columns.
            if (raw[QueueTicks] >= 0)
                _disks.Find(name).Observe(sample, raw);
        }

        _disks.Forget(sample);
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        row[(int)SeriesId.DiskReadBytesPerS] = Total(SectorsRead, lastStep) * SectorBytes;
        row[(int)SeriesId.DiskWriteBytesPerS] = Total(SectorsWritten, lastStep) * SectorBytes;
        row[(int)SeriesId.DiskReadIops] = Total(Reads, lastStep);
        row[(int)SeriesId.DiskWriteIops] = Total(Writes, lastStep);
        row[(int)SeriesId.DiskBusyPercent] = Busiest(lastStep);
    }

    public DiskReport Report(in SampleWindow window)
    {
        var devices = new List<DiskDeviceReport>();
        foreach (var entry in _disks.Present(_sample))
            devices.Add(Device(entry, window));
        return new DiskReport
        {
            ReadBytesPerS = Figures.Known(Total(SectorsRead, window) * SectorBytes),
            WriteBytesPerS = Figures.Known(Total(SectorsWritten, window) * SectorBytes),
            ReadIops = Figures.Known(Total(Reads, window)),
            WriteIops = Figures.Known(Total(Writes, window)),
            BusyPercent = Figures.Known(Busiest(window)),
            Devices = devices,
            Filesystems = filesystems.Report(),
        };
    }

    public void Dispose()
    {
        _diskstats.Dispose();
        filesystems.Dispose();
    }

    private static DiskDeviceReport Device(CounterTable.Entry entry, in SampleWindow window)
    {
        var disk = entry.Counters;
        var wall = disk.Seconds(window) * 1000;
        var operations = disk.Delta(Reads, window) + disk.Delta(Writes, window);
        return new DiskDeviceReport
        {
            Name = entry.Name,
            InTotal = entry.InTotal,
            ReadBytesPerS = Figures.Known(disk.Rate(SectorsRead, window) * SectorBytes),
            WriteBytesPerS = Figures.Known(disk.Rate(SectorsWritten, window) * SectorBytes),
            ReadIops = Figures.Known(disk.Rate(Reads, window)),
            WriteIops = Figures.Known(disk.Rate(Writes, window)),
            BusyPercent = Figures.Known(Busy(disk, window)),
            AwaitMs = operations > 0 ? (disk.Delta(ReadTicks, window) + disk.Delta(WriteTicks, window)) / operations : null,
            QueueLength = Figures.Known(disk.Delta(QueueTicks, window) / wall),
        };
    }

    // The kernel rounds to ticks, so the share may come out a little above the whole.
    private static double Busy(CounterSet disk, in SampleWindow window) =>
        Math.Min(100, Figures.Percent(disk.Delta(IoTicks, window), disk.Seconds(window) * 1000));

    private double Total(int counter, in SampleWindow window)
    {
        var total = double.NaN;
        foreach (var entry in _disks.Entries)
            total = entry.InTotal ? Figures.Sum(total, entry.Counters.Rate(counter, window)) : total;
        return total;
    }

    // The mean over disks would hide the one that is full up.
    private double Busiest(in SampleWindow window)
    {
        var busiest = double.NaN;
        foreach (var entry in _disks.Entries)
        {
            var busy = Busy(entry.Counters, window);
            if (!(busy <= busiest) && !double.IsNaN(busy))
                busiest = busy;
        }

        return busiest;
    }
}
