using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>Whether there is enough memory.</summary>
internal static class MemoryChecks
{
    // Swapping a little out is housekeeping; bringing pages back by the megabyte is waiting.
    private static readonly Threshold SwapTraffic = new(1 << 20, 50 << 20);

    public static IEnumerable<IDiagnosticCheck> All(Sampler sampler) =>
    [
        new LocalCheck("memory.available", Components.System, DiagnosticLevel.Basic, () => Available(sampler)),
        new LocalCheck("memory.pressure", Components.System, DiagnosticLevel.Basic, () => PressureChecks.Read(
            sampler, sampler.Sources.MemoryPressure, "memory", Thresholds.MemoryPressure, "Pages are reclaimed and read back: find what grows, or add memory.")),
        new LocalCheck("memory.swap", Components.System, DiagnosticLevel.Detailed, () => Swap(sampler)),
        new LocalCheck("memory.oom_kills", Components.System, DiagnosticLevel.Detailed, () => OomKills(sampler)),
    ];

    private static CheckReading Available(Sampler sampler)
    {
        lock (sampler.Gate)
        {
            var memory = Scoped(sampler);
            if (memory.AvailableBytes is null && sampler.Samples > 0)
                return CheckReading.Skip("This system does not tell how much memory is available.");
            var evidence = Readings.Evidence(("available_bytes", memory.AvailableBytes), ("total_bytes", memory.TotalBytes));
            var share = Figures.Percent(memory.AvailableBytes ?? double.NaN, memory.TotalBytes ?? double.NaN);
            return Readings.Of("Available memory", share, "percent", Thresholds.MemoryAvailable,
                "Stop what is not needed, or add memory; what comes next is swapping and the kernel's killer.", evidence);
        }
    }

    private static CheckReading Swap(Sampler sampler)
    {
        lock (sampler.Gate)
        {
            var window = sampler.Window(60);
            var memory = sampler.Sources.Memory.Report(window);
            if (memory is not { SwapInBytesPerS: { } read, SwapOutBytesPerS: { } written })
                return window.HasRates ? CheckReading.Skip("This system does not count swapping.") : CheckReading.NotKnown("There is one sample only yet.");
            return Readings.Of("Swap traffic of the last minute", read + written, "bytes_per_s", SwapTraffic,
                "More memory, or fewer things at once.", Readings.Evidence(("swap_used_bytes", memory.SwapUsedBytes), ("swap_total_bytes", memory.SwapTotalBytes)));
        }
    }

    private static CheckReading OomKills(Sampler sampler)
    {
        lock (sampler.Gate)
        {
            if (Scoped(sampler).OomKills is not { } kills)
                return CheckReading.Skip("This system does not count processes killed for want of memory.");
            // One kill is a fact of the past that no one can undo: worth a look, never a reason to call the machine unwell for good.
            var reading = Readings.OfVerdict(kills > 0 ? Verdict.Warning : Verdict.Ok, "Processes killed for want of memory", kills, "count", new Threshold(1, double.PositiveInfinity),
                "See the kernel's log for which and why; add memory or set limits.");
            return reading with { UnhealthyAt = null };
        }
    }

    private static MemoryReport Scoped(Sampler sampler)
    {
        var host = sampler.Sources.Memory.Report(sampler.Window(1));
        return sampler.Sources.Container?.Scope(host) ?? host;
    }
}
