using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Linux;

/// <summary>CPU time of the host from <c>/proc/stat</c>, load from <c>/proc/loadavg</c>.</summary>
internal sealed class LinuxCpu(LinuxPaths paths) : IMetricSource<CpuReport>
{
    private const int ContextSwitches = 0;
    private const int Forks = 1;
    private const int Interrupts = 2;

    // A CPU that went away and came back has lost idle time; node_exporter draws the line at 3 s too. USER_HZ is 100 on every port in use.
    private const long IdleBackTicks = 3 * 100;

    private readonly ProcFile _stat = paths.File("stat");
    private readonly ProcFile _loadavg = paths.File("loadavg");
    private readonly CounterSet _total = new(CpuTimes.Fields, clampEach: true);
    private readonly CounterTable _cpus = new(CpuTimes.Fields, _ => true, clampEach: true);
    private readonly CounterSet _events = new(3);
    private readonly double[] _load = [double.NaN, double.NaN, double.NaN];
    private long _running = -1;
    private long _blocked = -1;
    private long _sample = -1;

    /// <summary>How many CPUs were online in the newest sample; 0 when that is not known.</summary>
    public int Online { get; private set; }

    public void Sample(long sample)
    {
        _sample = sample;
        Online = 0;
        _running = _blocked = -1;
        if (_stat.TryRead(out var stat))
            ReadStat(stat, sample);
        _load.AsSpan().Fill(double.NaN);
        if (!_loadavg.TryRead(out var loadavg))
            return;
        var fields = new TextFields(loadavg);
        for (var i = 0; i < 3; i++)
            _load[i] = fields.NextDouble();
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        var times = CpuTimes.Of(_total, lastStep);
        row[(int)SeriesId.CpuPercent] = times.Percent;
        row[(int)SeriesId.CpuUser] = times.User;
        row[(int)SeriesId.CpuSystem] = times.System;
        row[(int)SeriesId.CpuIowait] = times.Iowait;
        row[(int)SeriesId.CpuSteal] = times.Steal;
        row[(int)SeriesId.CpuLoad1m] = _load[0];
    }

    public CpuReport Report(in SampleWindow window)
    {
        var times = CpuTimes.Of(_total, window);
        var cpus = new List<CpuCoreReport>();
        foreach (var entry in _cpus.Present(_sample).OrderBy(entry => entry.Name.Length).ThenBy(entry => entry.Name, StringComparer.Ordinal))
            cpus.Add(CpuTimes.Of(entry.Counters, window).ToCore(entry.Name));
        return new CpuReport
        {
            Scope = MetricScope.Host,
            Percent = Figures.Known(times.Percent),
            User = Figures.Known(times.User),
            System = Figures.Known(times.System),
            Nice = Figures.Known(times.Nice),
            Iowait = Figures.Known(times.Iowait),
            Irq = Figures.Known(times.Irq),
            Softirq = Figures.Known(times.Softirq),
            Steal = Figures.Known(times.Steal),
            PerCpu = [.. cpus.Select(cpu => cpu.Percent)],
            Cpus = cpus,
            Cores = Online > 0 ? Online : null,
            LimitCores = null,
            LoadAverage = [.. _load.Select(Figures.Known)],
            ContextSwitchesPerS = Figures.Known(_events.Rate(ContextSwitches, window)),
            ForksPerS = Figures.Known(_events.Rate(Forks, window)),
            InterruptsPerS = Figures.Known(_events.Rate(Interrupts, window)),
            ProcessesRunning = Figures.Known(_running),
            ProcessesBlocked = Figures.Known(_blocked),
        };
    }

    public void Dispose()
    {
        _stat.Dispose();
        _loadavg.Dispose();
    }

    private void ReadStat(ReadOnlySpan<byte> stat, long sample)
    {
        Span<long> events = [-1, -1, -1];
        var lines = new TextLines(stat);
        while (lines.Next(out var line))
        {
            var fields = new TextFields(line);
            fields.Next(out var name);
            if (name.StartsWith("cpu"u8))
                ReadCpu(name, fields, sample);
            else if (name.SequenceEqual("ctxt"u8))
                events[ContextSwitches] = fields.NextLong();
            else if (name.SequenceEqual("processes"u8))
                events[Forks] = fields.NextLong();
            else if (name.SequenceEqual("intr"u8))
                events[Interrupts] = fields.NextLong();
            else if (name.SequenceEqual("procs_running"u8))
                _running = fields.NextLong();
            else if (name.SequenceEqual("procs_blocked"u8))
                _blocked = fields.NextLong();
        }

        _events.Observe(sample, events);
        _cpus.Forget(sample);
    }

    private void ReadCpu(ReadOnlySpan<byte> name, TextFields fields, long sample)
    {
        Span<long> times = stackalloc long[CpuTimes.Fields];
        for (var i = 0; i < times.Length; i++)
            times[i] = fields.NextLong();
        var isTotal = name.Length == 3;
        Online += isTotal ? 0 : 1;
        var counters = isTotal ? _total : _cpus.Find(name);
        var restart = counters.Raw(CpuTimes.Idle) - times[CpuTimes.Idle] >= IdleBackTicks;
        counters.Observe(sample, times, restart);
    }
}
