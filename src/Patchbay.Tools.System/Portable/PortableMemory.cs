using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Portable;

/// <summary>The machine's memory as far as the garbage collector knows it. What is in use it knows only from its last collection, which may be hours old.</summary>
internal sealed class PortableMemory : IMetricSource<MemoryReport>
{
    public void Sample(long sample)
    {
        // There is nothing to read.
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        // There is nothing to record.
    }

    public MemoryReport Report(in SampleWindow window) => new()
    {
        Scope = MetricScope.Host,
        TotalBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        AvailableBytes = null,
        UsedBytes = null,
        Percent = null,
        FreeBytes = null,
        BuffersBytes = null,
        CachedBytes = null,
        SwapTotalBytes = null,
        SwapUsedBytes = null,
        MajorFaultsPerS = null,
        SwapInBytesPerS = null,
        SwapOutBytesPerS = null,
        OomKills = null,
    };

    public void Dispose()
    {
        // There is nothing to give back.
    }
}
