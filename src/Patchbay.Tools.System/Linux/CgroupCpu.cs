using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Linux;

/// <summary>CPU limit, use and throttling of the control group, versions 1 and 2.</summary>
internal sealed class CgroupCpu : IDisposable
{
    private const int Usage = 0;
    private const int User = 1;
    private const int System = 2;
    private const int Periods = 3;
    private const int Throttled = 4;
    private const int ThrottledTime = 5;
    private const int Counters = 6;

    // Version 1 writes user and system time in USER_HZ ticks of 10 ms.
    private const long MicrosecondsPerTick = 10_000;

    private readonly int _version;
    private readonly ProcFile[] _quotas;
    private readonly ProcFile[] _periods;
    private readonly ProcFile _stat;
    private readonly ProcFile? _usage;
    private readonly ProcFile? _times;
    private readonly CounterSet _counters = new(Counters, clampEach: true);

    public CgroupCpu(CgroupController cpu, CgroupController? accounting)
    {
        _version = cpu.Version;
        _quotas = [.. cpu.Chain.Select(level => new ProcFile(Path.Combine(level, _version == 2 ? "cpu.max" : "cpu.cfs_quota_us")))];
        _periods = _version == 2 ? [] : [.. cpu.Chain.Select(level => new ProcFile(Path.Combine(level, "cpu.cfs_period_us")))];
        _stat = cpu.File("cpu.stat");
        _usage = _version == 1 ? accounting?.File("cpuacct.usage") : null;
        _times = _version == 1 ? accounting?.File("cpuacct.stat") : null;
    }

    /// <summary>The tightest limit on the way up, in CPUs; NaN when there is none.</summary>
    public double LimitCores { get; private set; } = double.NaN;

    /// <summary>Whether the group's use of CPU could be read.</summary>
    public bool IsKnown => _counters.Raw(Usage) >= 0;

    public void Sample(long sample)
    {
        ReadLimit();
        Span<long> raw = [-1, -1, -1, -1, -1, -1];
        if (_stat.TryRead(out var stat))
            ReadStat(stat, raw);
        if (_usage is not null && _usage.TryRead(out var usage))
            raw[Usage] = First(usage) is var nanoseconds and >= 0 ? nanoseconds / 1000 : -1;
        if (_times is not null && _times.TryRead(out var times))
            ReadTimes(times, raw);
        _counters.Observe(sample, raw);
    }

    /// <summary>Use in percent of so many CPUs; NaN when it is not known.</summary>
    public double Percent(in SampleWindow window, double cores) => Share(Usage, window, cores);

    /// <summary>User time in percent of so many CPUs.</summary>
    public double UserPercent(in SampleWindow window, double cores) => Share(User, window, cores);

    /// <summary>System time in percent of so many CPUs.</summary>
    public double SystemPercent(in SampleWindow window, double cores) => Share(System, window, cores);

    /// <summary>Periods in which the group was throttled, of all periods, in percent; NaN while no period has passed.</summary>
    public double ThrottledPercent(in SampleWindow window) =>
        Figures.Percent(_counters.Delta(Throttled, window), _counters.Delta(Periods, window));

    /// <summary>Milliseconds a second the group's threads stood throttled.</summary>
    public double ThrottledMsPerS(in SampleWindow window) => _counters.Rate(ThrottledTime, window) / 1000;

    /// <summary>Periods throttled since the group was made; -1 when not known.</summary>
    public long ThrottledPeriods => _counters.Raw(Throttled);

    /// <summary>Microseconds throttled since the group was made; -1 when not known.</summary>
    public long ThrottledMicroseconds => _counters.Raw(ThrottledTime);

    /// <summary>Microseconds of CPU time since the group was made; -1 when not known.</summary>
    public long UsageMicroseconds => _counters.Raw(Usage);

    public void Dispose()
    {
        foreach (var file in _quotas.Concat(_periods).Append(_stat).Concat(new[] { _usage, _times }.OfType<ProcFile>()))
            file.Dispose();
    }

    private double Share(int counter, in SampleWindow window, double cores) =>
        Figures.Percent(_counters.Delta(counter, window), _counters.Seconds(window) * 1e6 * cores);

    private void ReadLimit()
    {
        LimitCores = double.NaN;
        for (var level = 0; level < _quotas.Length; level++)
        {
            if (!_quotas[level].TryRead(out var text))
                continue;
            var fields = new TextFields(text.TrimEnd((byte)'\n'));
            var quota = fields.NextLong();
            var period = _version == 2 ? fields.NextLong() : _periods[level].TryRead(out var own) ? First(own) : -1;
            // "max" and -1 are no limit.
            if (quota > 0 && period > 0)
                LimitCores = Math.Min(double.IsNaN(LimitCores) ? double.PositiveInfinity : LimitCores, (double)quota / period);
        }
    }

    private static void ReadStat(ReadOnlySpan<byte> text, Span<long> raw)
    {
        var lines = new TextLines(text);
        while (lines.Next(out var line))
        {
            var fields = new TextFields(line);
            fields.Next(out var name);
            if (name.SequenceEqual("usage_usec"u8)) raw[Usage] = fields.NextLong();
            else if (name.SequenceEqual("user_usec"u8)) raw[User] = fields.NextLong();
            else if (name.SequenceEqual("system_usec"u8)) raw[System] = fields.NextLong();
            else if (name.SequenceEqual("nr_periods"u8)) raw[Periods] = fields.NextLong();
            else if (name.SequenceEqual("nr_throttled"u8)) raw[Throttled] = fields.NextLong();
            else if (name.SequenceEqual("throttled_usec"u8)) raw[ThrottledTime] = fields.NextLong();
            else if (name.SequenceEqual("throttled_time"u8)) raw[ThrottledTime] = Math.Max(-1, fields.NextLong() / 1000);
        }
    }

    private static void ReadTimes(ReadOnlySpan<byte> text, Span<long> raw)
    {
        var lines = new TextLines(text);
        while (lines.Next(out var line))
        {
            var fields = new TextFields(line);
            fields.Next(out var name);
            var ticks = fields.NextLong();
            if (name.SequenceEqual("user"u8)) raw[User] = ticks * MicrosecondsPerTick;
            else if (name.SequenceEqual("system"u8)) raw[System] = ticks * MicrosecondsPerTick;
        }
    }

    private static long First(ReadOnlySpan<byte> text) => TextFields.Long(text.TrimEnd((byte)'\n'));
}
