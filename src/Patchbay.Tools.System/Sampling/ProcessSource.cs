using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Sampling;

/// <summary>The server's own process: CPU time and allocation every second, the rest when asked.</summary>
internal sealed class ProcessSource(IProcessFacts facts, TimeProvider time) : IMetricSource<ProcessReport>
{
    private const int CpuTicks = 0;
    private const int Allocated = 1;
    private const int FullCollections = 2;
    private const int Contentions = 3;

    private readonly CounterSet _counters = new(4);
    private readonly long _started = time.GetTimestamp();

    public void Sample(long sample)
    {
        var cpu = OperatingSystem.IsBrowser() ? -1 : Environment.CpuUsage.TotalTime.Ticks;
        _counters.Observe(sample, [cpu, GC.GetTotalAllocatedBytes(), GC.CollectionCount(GC.MaxGeneration), Monitor.LockContentionCount]);
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        // The history is the machine's; the process has its metrics elsewhere.
    }

    public ProcessReport Report(in SampleWindow window)
    {
        var memory = GC.GetGCMemoryInfo();
        return new ProcessReport
        {
            CpuPercent = Figures.Known(Figures.Percent(_counters.Delta(CpuTicks, window), _counters.Seconds(window) * TimeSpan.TicksPerSecond * Environment.ProcessorCount)),
            RssBytes = Figures.Known(facts.RssBytes()),
            GcHeapBytes = GC.GetTotalMemory(forceFullCollection: false),
            Threads = Figures.Known(facts.Threads()),
            FileDescriptors = Figures.Known(facts.FileDescriptors()),
            GcLimitBytes = memory.TotalAvailableMemoryBytes,
            GcPausePercent = memory.PauseTimePercentage,
            AllocatedBytesPerS = Figures.Known(_counters.Rate(Allocated, window)),
            FullCollectionsPerMinute = Figures.Known(_counters.Rate(FullCollections, window) * 60),
            LockContentionsPerS = Figures.Known(_counters.Rate(Contentions, window)),
            ThreadPoolThreads = ThreadPool.ThreadCount,
            ThreadPoolPending = ThreadPool.PendingWorkItemCount,
            UptimeS = time.GetElapsedTime(_started).TotalSeconds,
        };
    }

    public void Dispose() => (facts as IDisposable)?.Dispose();
}
