using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Linux;

/// <summary>
/// What the control groups allow this process. Where a limit is tighter than the host, the headline figures of CPU and memory are those
/// of the group, relative to the limit; so this source comes after the host's and writes over their columns.
/// </summary>
internal sealed class LinuxContainer : IContainerSource
{
    private readonly LinuxCpu _hostCpu;
    private readonly LinuxMemory _hostMemory;
    private readonly CgroupCpu? _cpu;
    private readonly CgroupMemory? _memory;
    private readonly string? _version;
    private readonly bool _isRoot;

    public LinuxContainer(LinuxPaths paths, LinuxCpu hostCpu, LinuxMemory hostMemory)
    {
        (_hostCpu, _hostMemory) = (hostCpu, hostMemory);
        var cpu = CgroupLayout.Find(paths, "cpu");
        var memory = CgroupLayout.Find(paths, "memory");
        _cpu = cpu is null ? null : new CgroupCpu(cpu, cpu.Version == 1 ? CgroupLayout.Find(paths, "cpuacct") : null);
        _memory = memory is null ? null : new CgroupMemory(memory);
        _version = (cpu?.Version ?? memory?.Version, memory?.Version ?? cpu?.Version) switch
        {
            (null, _) => null,
            (1, 1) => "v1",
            (2, 2) => "v2",
            _ => "hybrid",
        };
        _isRoot = (cpu?.IsRoot ?? true) && (memory?.IsRoot ?? true);
    }

    private bool LimitsCpu => _cpu is { IsKnown: true } && _cpu.LimitCores < _hostCpu.Online;

    private bool LimitsMemory => _memory is { Limit: > 0, WorkingSet: >= 0 } && (_hostMemory.Info.Total < 0 || _memory.Limit < _hostMemory.Info.Total);

    public void Sample(long sample)
    {
        _cpu?.Sample(sample);
        _memory?.Sample();
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        if (LimitsCpu)
        {
            row[(int)SeriesId.CpuPercent] = _cpu!.Percent(lastStep, _cpu.LimitCores);
            row[(int)SeriesId.CpuUser] = _cpu.UserPercent(lastStep, _cpu.LimitCores);
            row[(int)SeriesId.CpuSystem] = _cpu.SystemPercent(lastStep, _cpu.LimitCores);
            row[(int)SeriesId.CpuIowait] = row[(int)SeriesId.CpuSteal] = double.NaN;
        }

        if (LimitsMemory)
        {
            row[(int)SeriesId.MemoryPercent] = Figures.Percent(_memory!.WorkingSet, _memory.Limit);
            row[(int)SeriesId.MemoryUsedBytes] = _memory.WorkingSet;
            row[(int)SeriesId.MemoryAvailableBytes] = Math.Max(0, _memory.Limit - _memory.WorkingSet);
        }
    }

    public ContainerReport? Report(in SampleWindow window)
    {
        if (_version is null || (_isRoot && !LimitsCpu && !LimitsMemory && !(_memory?.Usage >= 0 && _version == "v2")))
            return null;
        var cores = LimitsCpu ? _cpu!.LimitCores : _hostCpu.Online;
        return new ContainerReport
        {
            Cgroup = _version,
            CpuLimitCores = Figures.Known(_cpu?.LimitCores ?? double.NaN),
            CpuPercent = Figures.Known(_cpu?.Percent(window, cores) ?? double.NaN),
            ThrottledPercent = Figures.Known(_cpu?.ThrottledPercent(window) ?? double.NaN),
            ThrottledMsPerS = Figures.Known(_cpu?.ThrottledMsPerS(window) ?? double.NaN),
            ThrottledPeriods = Figures.Known(_cpu?.ThrottledPeriods ?? -1),
            CpuUsageUs = Figures.Known(_cpu?.UsageMicroseconds ?? -1),
            ThrottledUs = Figures.Known(_cpu?.ThrottledMicroseconds ?? -1),
            MemoryLimitBytes = Figures.Known(_memory?.Limit ?? -1),
            MemoryUsageBytes = Figures.Known(_memory?.Usage ?? -1),
            MemoryWorkingSetBytes = Figures.Known(_memory?.WorkingSet ?? -1),
            MemoryPercent = LimitsMemory ? Figures.Known(Figures.Percent(_memory!.WorkingSet, _memory.Limit)) : null,
            OomKills = Figures.Known(_memory?.OomKills ?? -1),
        };
    }

    public CpuReport Scope(CpuReport host, in SampleWindow window) => !LimitsCpu ? host : host with
    {
        Scope = MetricScope.Container,
        LimitCores = _cpu!.LimitCores,
        Percent = Figures.Known(_cpu.Percent(window, _cpu.LimitCores)),
        User = Figures.Known(_cpu.UserPercent(window, _cpu.LimitCores)),
        System = Figures.Known(_cpu.SystemPercent(window, _cpu.LimitCores)),
        // A control group keeps no account of these; the host's are in the host section.
        Nice = null,
        Iowait = null,
        Irq = null,
        Softirq = null,
        Steal = null,
    };

    public MemoryReport Scope(MemoryReport host) => !LimitsMemory ? host : host with
    {
        Scope = MetricScope.Container,
        TotalBytes = _memory!.Limit,
        UsedBytes = _memory.WorkingSet,
        AvailableBytes = Math.Max(0, _memory.Limit - _memory.WorkingSet),
        Percent = Figures.Known(Figures.Percent(_memory.WorkingSet, _memory.Limit)),
        FreeBytes = null,
        BuffersBytes = null,
        CachedBytes = null,
        OomKills = Figures.Known(_memory.OomKills),
    };

    public void Dispose()
    {
        _cpu?.Dispose();
        _memory?.Dispose();
    }
}
