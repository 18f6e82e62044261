using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Portable;

/// <summary>How many CPUs there are; the runtime knows nothing else of them.</summary>
internal sealed class PortableCpu : IMetricSource<CpuReport>
{
    public void Sample(long sample)
    {
        // There is nothing to read.
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        // There is nothing to record.
    }

    public CpuReport Report(in SampleWindow window) => new()
    {
        Scope = MetricScope.Host,
        Percent = null,
        User = null,
        System = null,
        Nice = null,
        Iowait = null,
        Irq = null,
        Softirq = null,
        Steal = null,
        PerCpu = [],
        Cpus = [],
        Cores = Environment.ProcessorCount,
        LimitCores = null,
        LoadAverage = [null, null, null],
        ContextSwitchesPerS = null,
        ForksPerS = null,
        InterruptsPerS = null,
        ProcessesRunning = null,
        ProcessesBlocked = null,
    };

    public void Dispose()
    {
        // There is nothing to give back.
    }
}
