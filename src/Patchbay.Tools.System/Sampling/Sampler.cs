using Patchbay.Tools.System.History;

namespace Patchbay.Tools.System.Sampling;

/// <summary>
/// Takes one sample of everything each time it is told, and keeps the history. One for the whole process, however many clients ask.
/// <see cref="SamplerService"/> tells it once a second.
/// </summary>
internal sealed class Sampler : IHostFigures, IDisposable
{
    /// <summary>Nominal time between two samples.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Twice the interval: anything longer is a stall or a sleep, and no single step.
    private static readonly TimeSpan GapAfter = 2 * Interval;

    private readonly TimeProvider _time;
    private readonly IMetricSource[] _sources;
    private readonly double[] _row = new double[SeriesNames.Count];
    private readonly TaskCompletionSource _hasRates = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SampleTimeline _timeline;
    private double _position;
    private long _lastTimestamp;
    private double _cpuPercent = double.NaN;
    private double _memoryPercent = double.NaN;

    public Sampler(MetricSources sources, TimeProvider time)
    {
        _time = time;
        _sources = sources.InOrder();
        _timeline = new SampleTimeline(time);
        Sources = sources;
    }

    /// <summary>Held while a sample is taken or read.</summary>
    public Lock Gate { get; } = new();

    public MetricSources Sources { get; }

    public HistoryStore History { get; } = new(SeriesNames.Count);

    /// <summary>When the newest sample was taken.</summary>
    public DateTimeOffset SampledAt { get; private set; }

    /// <summary>How many samples were taken.</summary>
    public long Samples => _timeline.Latest + 1;

    /// <summary>How often sampling was interrupted.</summary>
    public long Gaps { get; private set; }

    /// <summary>How far the wall clock last departed from the monotonic one between two samples, when that was more than two seconds.</summary>
    public TimeSpan ClockStep { get; private set; }

    /// <summary>When <see cref="ClockStep"/> was seen, in ticks of the monotonic clock; 0 for never.</summary>
    public long ClockStepAt { get; private set; }

    /// <summary>Completes with the second sample, from which on there are rates.</summary>
    public Task HasRates => _hasRates.Task;

    /// <summary>Which series have had a value.</summary>
    public bool[] Seen { get; } = new bool[SeriesNames.Count];

    /// <inheritdoc />
    public double? CpuPercent => Figures.Known(Volatile.Read(ref _cpuPercent));

    /// <inheritdoc />
    public double? MemoryPercent => Figures.Known(Volatile.Read(ref _memoryPercent));

    /// <summary>Time since the newest sample; null before the first.</summary>
    public TimeSpan? Age => Samples == 0 ? null : _time.GetElapsedTime(Volatile.Read(ref _lastTimestamp));

    /// <summary>The newest row of the history. Under <see cref="Gate"/>.</summary>
    public double Newest(SeriesId series) => Samples == 0 ? double.NaN : _row[(int)series];

    /// <summary>The window of the newest samples that is nearest in length. Under <see cref="Gate"/>.</summary>
    public SampleWindow Window(double seconds) => _timeline.Window(seconds);

    /// <summary>Takes one sample. Allocates nothing in steady state.</summary>
    public void Sample()
    {
        lock (Gate)
        {
            var timestamp = _time.GetTimestamp();
            var wall = _time.GetUtcNow();
            var isFirst = Samples == 0;
            var elapsed = isFirst ? TimeSpan.Zero : _time.GetElapsedTime(_lastTimestamp, timestamp);
            // The monotonic clock stands still while the machine sleeps; the wall clock does not.
            var slept = isFirst ? TimeSpan.Zero : wall - SampledAt - elapsed;
            if (slept.Duration() > GapAfter)
                (ClockStep, ClockStepAt) = (slept, timestamp);
            if (slept < GapAfter)
                slept = TimeSpan.Zero;
            var gap = elapsed > GapAfter || slept > TimeSpan.Zero;
            Gaps += gap ? 1 : 0;
            var sample = _timeline.Begin(timestamp, gap);
            (_lastTimestamp, SampledAt) = (timestamp, wall);
            foreach (var source in _sources)
                source.Sample(sample);
            Record(elapsed + slept, gap);
            if (sample == 1)
                _hasRates.TrySetResult();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (Gate)
            Sources.Dispose();
    }

    private void Record(TimeSpan advance, bool gap)
    {
        _row.AsSpan().Fill(double.NaN);
        var step = _timeline.LastStep();
        foreach (var source in _sources)
            source.Record(step, _row);
        for (var i = 0; i < _row.Length; i++)
            Seen[i] |= !double.IsNaN(_row[i]);
        Volatile.Write(ref _cpuPercent, _row[(int)SeriesId.CpuPercent]);
        Volatile.Write(ref _memoryPercent, _row[(int)SeriesId.MemoryPercent]);
        Append(advance, gap);
    }

    // Each sample gets a second of its own, so that none is lost to a timer that fires a little early or late. Where the timer has fallen
    // behind by a whole second, the row stands for both: its rates were measured over both. A gap stays empty.
    private void Append(TimeSpan advance, bool gap)
    {
        _position += advance.TotalSeconds;
        var second = History.Latest + 1;
        if (gap)
            second = Math.Max(second, (long)Math.Round(_position));
        for (; !gap && _position - second >= 1; second++)
            History.Append(second, _row);
        History.Append(second, _row);
    }
}
