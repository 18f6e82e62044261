using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Performance;

/// <summary>Makes the answer of <c>system/performance</c> from what the sampler has; never waits.</summary>
internal sealed class PerformanceReporter(Sampler sampler)
{
    public PerformanceResult Report(PerformanceArguments arguments)
    {
        var areas = arguments.Metrics.Distinct().Order().ToList();
        lock (sampler.Gate)
        {
            var window = sampler.Window(arguments.Interval);
            var sources = sampler.Sources;
            var hostCpu = sources.Cpu.Report(window) with { Pressure = sources.CpuPressure?.Report(window) };
            var hostMemory = sources.Memory.Report(window) with { Pressure = sources.MemoryPressure?.Report(window) };
            var cpu = sources.Container?.Scope(hostCpu, window) ?? hostCpu;
            var memory = sources.Container?.Scope(hostMemory) ?? hostMemory;
            var isLimited = cpu.Scope == MetricScope.Container || memory.Scope == MetricScope.Container;
            var (history, statistics, missing) = HistoryReader.Read(sampler, areas, arguments.HistoryMinutes, arguments.MaxPoints);
            var result = new PerformanceResult
            {
                SampledAt = sampler.SampledAt.UtcDateTime,
                IntervalS = arguments.Interval,
                MeasuredS = Figures.Known(window.Seconds),
                Scope = isLimited ? MetricScope.Container : MetricScope.Host,
                Cpu = areas.Contains(MetricArea.Cpu) ? cpu : null,
                Memory = areas.Contains(MetricArea.Memory) ? memory : null,
                Disk = areas.Contains(MetricArea.Disk) ? sources.Disk.Report(window) with { Pressure = sources.IoPressure?.Report(window) } : null,
                Network = areas.Contains(MetricArea.Network) ? sources.Network.Report(window) : null,
                Process = sources.Process.Report(window),
                Container = sources.Container?.Report(window),
                Host = !isLimited ? null : new HostReport
                {
                    Cpu = areas.Contains(MetricArea.Cpu) && cpu.Scope == MetricScope.Container ? hostCpu : null,
                    Memory = areas.Contains(MetricArea.Memory) && memory.Scope == MetricScope.Container ? hostMemory : null,
                },
                Statistics = statistics,
                History = history,
                Verdicts = new Dictionary<string, UseVerdict>(StringComparer.Ordinal),
                Coverage = new CoverageReport
                {
                    FirstSample = sampler.Samples < 2,
                    Samples = sampler.Samples,
                    Gaps = sampler.Gaps,
                    MissingS = missing,
                    Unsupported = Unsupported(areas),
                },
                Findings = [],
            };
            return UseMethod.Judge(result);
        }
    }

    private List<string> Unsupported(List<MetricArea> areas) =>
        sampler.Samples < 2 ? [] : [.. areas.SelectMany(area => SeriesNames.Of(area.ToString().ToLowerInvariant()))
            // Retransmits are unknown, not unsupported, while little is sent.
            .Where(series => !sampler.Seen[(int)series] && series != SeriesId.NetworkTcpRetransmitPercent)
            .Select(series => series.Name())];
}
