using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Linux;

/// <summary>Memory of the host from <c>/proc/meminfo</c>, paging from <c>/proc/vmstat</c>.</summary>
internal sealed class LinuxMemory(LinuxPaths paths) : IMetricSource<MemoryReport>
{
    private const int MajorFaults = 0;
    private const int SwapIn = 1;
    private const int SwapOut = 2;
    private const int OomKills = 3;

    private readonly ProcFile _meminfo = paths.File("meminfo");
    private readonly ProcFile _vmstat = paths.File("vmstat");
    private readonly CounterSet _paging = new(4);
    private MemInfo _info = MemInfo.Unknown;

    /// <summary>The newest figures of <c>/proc/meminfo</c>.</summary>
    public MemInfo Info => _info;

    public void Sample(long sample)
    {
        _info = _meminfo.TryRead(out var meminfo) ? MemInfo.Parse(meminfo) : MemInfo.Unknown;
        if (!_vmstat.TryRead(out var vmstat))
            return;
        Span<long> paging = [-1, -1, -1, -1];
        var lines = new TextLines(vmstat);
        while (lines.Next(out var line))
        {
            var counter = line.StartsWith("pgmajfault "u8) ? MajorFaults
                : line.StartsWith("pswpin "u8) ? SwapIn
                : line.StartsWith("pswpout "u8) ? SwapOut
                : line.StartsWith("oom_kill "u8) ? OomKills
                : -1;
            if (counter >= 0)
                paging[counter] = TextFields.Long(line[(line.IndexOf((byte)' ') + 1)..]);
        }

        _paging.Observe(sample, paging);
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        row[(int)SeriesId.MemoryPercent] = Figures.Percent(_info.Used, _info.Total);
        row[(int)SeriesId.MemoryUsedBytes] = OrNaN(_info.Used);
        row[(int)SeriesId.MemoryAvailableBytes] = OrNaN(_info.Available);
        row[(int)SeriesId.MemorySwapUsedBytes] = OrNaN(_info.SwapUsed);
        row[(int)SeriesId.MemoryMajorFaultsPerS] = _paging.Rate(MajorFaults, lastStep);
        row[(int)SeriesId.MemorySwapInBytesPerS] = _paging.Rate(SwapIn, lastStep) * Environment.SystemPageSize;
        row[(int)SeriesId.MemorySwapOutBytesPerS] = _paging.Rate(SwapOut, lastStep) * Environment.SystemPageSize;
    }

    public MemoryReport Report(in SampleWindow window) => new()
    {
        Scope = MetricScope.Host,
        TotalBytes = Figures.Known(_info.Total),
        AvailableBytes = Figures.Known(_info.Available),
        UsedBytes = Figures.Known(_info.Used),
        Percent = Figures.Known(Figures.Percent(_info.Used, _info.Total)),
        FreeBytes = Figures.Known(_info.Free),
        BuffersBytes = Figures.Known(_info.Buffers),
        CachedBytes = Figures.Known(_info.Cached),
        SwapTotalBytes = Figures.Known(_info.SwapTotal),
        SwapUsedBytes = Figures.Known(_info.SwapUsed),
        MajorFaultsPerS = Figures.Known(_paging.Rate(MajorFaults, window)),
        SwapInBytesPerS = Figures.Known(_paging.Rate(SwapIn, window) * Environment.SystemPageSize),
        SwapOutBytesPerS = Figures.Known(_paging.Rate(SwapOut, window) * Environment.SystemPageSize),
        OomKills = Figures.Known(_paging.Raw(OomKills)),
    };

    public void Dispose()
    {
        _meminfo.Dispose();
        _vmstat.Dispose();
    }

    private static double OrNaN(long value) => value >= 0 ? value : double.NaN;
}
