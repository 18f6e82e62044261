using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>How the .NET runtime of the server itself fares.</summary>
internal static class RuntimeChecks
{
    private static readonly Threshold HeapOfLimit = new(75, 90);
    private static readonly Threshold PauseShare = new(5, 15);

    public static IEnumerable<IDiagnosticCheck> All(Sampler sampler) =>
    [
        new LocalCheck("runtime.heap", Components.System, DiagnosticLevel.Basic, Heap),
        new LocalCheck("runtime.uptime", Components.System, DiagnosticLevel.Basic, () => Uptime(sampler)),
        new LocalCheck("runtime.gc_pause", Components.System, DiagnosticLevel.Detailed, Pause),
    ];

    private static CheckReading Heap()
    {
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var heap = GC.GetTotalMemory(forceFullCollection: false);
        return Readings.Of("The managed heap, of the memory the runtime may use,", Figures.Percent(heap, limit), "percent", HeapOfLimit,
            "Look for what is kept: sessions, histories, streams. Or raise the limit.", Readings.Evidence(("heap_bytes", heap), ("limit_bytes", limit)));
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
}
