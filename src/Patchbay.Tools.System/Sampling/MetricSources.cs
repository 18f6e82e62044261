using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Sampling;

/// <summary>Every source of this machine. A source the machine does not have is null.</summary>
internal sealed record MetricSources : IDisposable
{
    public required IMetricSource<CpuReport> Cpu { get; init; }

    public required IMetricSource<MemoryReport> Memory { get; init; }

    public required IMetricSource<DiskReport> Disk { get; init; }

    public required IMetricSource<NetworkReport> Network { get; init; }

    public required ProcessSource Process { get; init; }

    public IMetricSource<PressureReport?>? CpuPressure { get; init; }

    public IMetricSource<PressureReport?>? MemoryPressure { get; init; }

    public IMetricSource<PressureReport?>? IoPressure { get; init; }

    /// <summary>The container's view, which writes over the host's.</summary>
    public IContainerSource? Container { get; init; }

    /// <summary>All of them in the order in which they are read and recorded; the container comes last.</summary>
    public IMetricSource[] InOrder() =>
        [.. new IMetricSource?[] { Cpu, Memory, Disk, Network, Process, CpuPressure, MemoryPressure, IoPressure, Container }.OfType<IMetricSource>()];

    public void Dispose()
    {
        foreach (var source in InOrder())
            source.Dispose();
    }
}
