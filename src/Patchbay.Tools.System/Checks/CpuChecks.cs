using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>Whether there is enough CPU.</summary>
internal static class CpuChecks
{
    // Shares that flicker from second to second are judged over a minute.
    private const double Minute = 60;

    public static IEnumerable<IDiagnosticCheck> All(Sampler sampler) =>
    [
        new LocalCheck("cpu.load", Components.System, DiagnosticLevel.Basic, () => Load(sampler)),
        new LocalCheck("cpu.pressure", Components.System, DiagnosticLevel.Basic, () => Pressure(sampler)),
        new LocalCheck("cpu.iowait", Components.System, DiagnosticLevel.Detailed, () => Share(
            sampler, "Time the CPUs waited for disks in the last minute", cpu => cpu.Iowait, Thresholds.Iowait, "Find what reads and writes (disk section of system/performance), or use a faster disk.")),
        new LocalCheck("cpu.steal", Components.System, DiagnosticLevel.Detailed, () => Share(
            sampler, "CPU time given to other machines in the last minute", cpu => cpu.Steal, Thresholds.Steal, "Move to a less crowded host, or to a larger instance.")),
        new LocalCheck("cpu.throttled", Components.System, DiagnosticLevel.Detailed, () => Throttled(sampler)),
    ];

    private static CheckReading Load(Sampler sampler)
    {
        lock (sampler.Gate)
        {
            var cpu = sampler.Sources.Cpu.Report(sampler.Window(1));
            var load = Figures.Known(sampler.Newest(SeriesId.CpuLoad1m));
            if (load is null)
                return CheckReading.Skip("This system has no load average.");
            return Readings.Of("Load of the last minute per CPU", load / cpu.Cores, "ratio", Thresholds.LoadPerCore,
                "More is ready to run than there are CPUs: look at what runs, or add CPUs.", Readings.Evidence(("load_1m", load), ("cores", cpu.Cores)));
        }
    }

    private static CheckReading Pressure(Sampler sampler) =>
        PressureChecks.Read(sampler, sampler.Sources.CpuPressure, "CPU", Thresholds.CpuPressure, "Tasks are ready and have no CPU: less work at once, or more CPUs.");

    private static CheckReading Share(Sampler sampler, string subject, Func<CpuReport, double?> figure, Threshold threshold, string hint)
    {
        lock (sampler.Gate)
        {
            var window = sampler.Window(Minute);
            var value = figure(sampler.Sources.Cpu.Report(window));
            if (value is null && window.HasRates)
                return CheckReading.Skip("This system does not tell.");
            return Readings.Of(subject, value, "percent", threshold, hint, Readings.Evidence(("window_s", window.Seconds)));
        }
    }

    private static CheckReading Throttled(Sampler sampler)
    {
        lock (sampler.Gate)
        {
            var window = sampler.Window(Minute);
            if (sampler.Sources.Container?.Report(window) is not { CpuLimitCores: not null } container)
                return CheckReading.Skip("No CPU limit is set for this process.");
            return Readings.Of("Share of scheduling periods in which the CPU limit was used up", container.ThrottledPercent ?? 0, "percent", Thresholds.Throttled,
                "Raise the container's CPU limit.", Readings.Evidence(("limit_cores", container.CpuLimitCores), ("throttled_periods", container.ThrottledPeriods)));
        }
    }
}
