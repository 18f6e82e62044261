using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>How the .NET runtime of the server itself fares.</summary>
internal static class RuntimeChecks
{
    private const double Minute = 60;
    private const int LargeObjects = 3;
    private static readonly Threshold HeapOfLimit = new(75, 90);
    private static readonly Threshold LargeObjectsOfLimit = new(25, 50);
    private static readonly Threshold PauseShare = new(5, 15);
    private static readonly Threshold Unobserved = new(1, double.PositiveInfinity);
    private static readonly Threshold TimerLate = new(0.25, 1);

    // A full collection every five seconds, or every second, for a whole minute.
    private static readonly Threshold FullCollections = new(12, 60);
    private static readonly Threshold Contention = new(1_000, 10_000);

    public static IEnumerable<IDiagnosticCheck> All(Sampler sampler, UnobservedFaults faults, ThreadPoolWatch pool) =>
    [
        new LocalCheck("runtime.heap", Components.System, DiagnosticLevel.Basic, Heap),
        new LocalCheck("runtime.uptime", Components.System, DiagnosticLevel.Basic, () => Uptime(sampler)),
        new LocalCheck("runtime.unobserved_exceptions", Components.System, DiagnosticLevel.Basic, () => Readings.Of(
            "Exceptions of tasks that nobody looked at, since start", faults.Count, "count", Unobserved, "A fault of the program: the log has the exceptions.")),
        new LocalCheck("runtime.gc_pause", Components.System, DiagnosticLevel.Detailed, Pause),
        new LocalCheck("runtime.gen2_rate", Components.System, DiagnosticLevel.Detailed, () => OfProcess(
            sampler, "Full garbage collections in the last minute", process => process.FullCollectionsPerMinute, "count_per_min", FullCollections,
            "The server is short of memory, or makes many large objects: raise the limit, or look at the largest messages.")),
        new LocalCheck("runtime.large_objects", Components.System, DiagnosticLevel.Detailed, LargeObjectHeap),
        new LocalCheck("runtime.lock_contention", Components.System, DiagnosticLevel.Detailed, () => OfProcess(
            sampler, "Waits for locks in the last minute", process => process.LockContentionsPerS, "count_per_s", Contention, "Something shared is fought over: take a trace (dotnet-trace).")),
        new LocalCheck("runtime.timer_drift", Components.System, DiagnosticLevel.Detailed, () => TimerDrift(sampler)),
        new LocalCheck("runtime.threadpool_delay", Components.System, DiagnosticLevel.Detailed, pool.Read),
    ];

    private static CheckReading Heap()
    {
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var heap = GC.GetTotalMemory(forceFullCollection: false);
        return Readings.Of("The managed heap, of the memory the runtime may use", Figures.Percent(heap, limit), "percent", HeapOfLimit,
            "Look for what is kept: sessions, histories, streams. Or raise the limit.", Readings.Evidence(("heap_bytes", heap), ("limit_bytes", limit)));
    }

    private static CheckReading LargeObjectHeap()
    {
        var memory = GC.GetGCMemoryInfo();
        var bytes = memory.GenerationInfo[LargeObjects].SizeAfterBytes;
        return Readings.Of("Large objects, of the memory the runtime may use", Figures.Percent(bytes, memory.TotalAvailableMemoryBytes), "percent", LargeObjectsOfLimit,
            "Buffers beyond 85,000 bytes pile up: look at the largest messages and streams.", Readings.Evidence(("large_object_bytes", bytes)));
    }

    private static CheckReading Uptime(Sampler sampler)
    {
        lock (sampler.Gate)
        {
            var uptime = sampler.Sources.Process.Report(sampler.Window(1)).UptimeS;
            return new CheckReading(CheckStatus.Healthy, $"The server has been up for {uptime:0} s.") { Observed = uptime, Unit = "s" };
        }
    }

    private static CheckReading Pause()
    {
        var memory = GC.GetGCMemoryInfo();
        return Readings.Of("Time the garbage collector stopped the server", memory.PauseTimePercentage, "percent", PauseShare,
            "The server allocates more than it has room for: raise the memory limit, or look at the largest messages.",
            Readings.Evidence(("collections_gen2", GC.CollectionCount(2)), ("total_pause_s", GC.GetTotalPauseDuration().TotalSeconds)));
    }

    private static CheckReading OfProcess(Sampler sampler, string subject, Func<ProcessReport, double?> figure, string unit, Threshold threshold, string hint)
    {
        lock (sampler.Gate)
            return Readings.Of(subject, figure(sampler.Sources.Process.Report(sampler.Window(Minute))), unit, threshold, hint);
    }

    private static CheckReading TimerDrift(Sampler sampler)
    {
        lock (sampler.Gate)
        {
            var late = sampler.Window(Minute).LongestStep - Sampler.Interval.TotalSeconds;
            return Readings.Of("Greatest delay of a timer in the last minute", Math.Max(0, late), "s", TimerLate,
                "The process does not get to run in time: its CPUs are busy, or its thread pool is starved.");
        }
    }
}
