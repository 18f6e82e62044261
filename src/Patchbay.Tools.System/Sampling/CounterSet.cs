namespace Patchbay.Tools.System.Sampling;

/// <summary>
/// The rising counters of one thing (a CPU, a disk, an interface), kept as sums of their steps, so that any window of the last samples
/// can be asked for. What goes back is a new baseline, never a spike.
/// </summary>
/// <param name="counters">How many counters there are.</param>
/// <param name="clampEach">
/// True: a counter that goes back counts 0 for that step and the others stand (CPU times, as psutil and top do).
/// False: it says that the thing was made anew, and all its counters start again.
/// </param>
internal sealed class CounterSet(int counters, bool clampEach = false)
{
    private readonly long[] _last = new long[counters];
    private readonly long[] _sums = new long[counters];
    private readonly long[] _ring = new long[counters * SampleTimeline.Kept];
    private long _first = -1;

    /// <summary>The newest sample this thing was seen in; -1 before the first.</summary>
    public long Latest { get; private set; } = -1;

    /// <summary>The newest raw value of a counter; -1 when the kernel does not have it.</summary>
    public long Raw(int counter) => Latest < 0 ? -1 : _last[counter];

    /// <summary>Takes the raw values of one sample; -1 for a counter that is missing.</summary>
    /// <param name="sample">The number of the sample.</param>
    /// <param name="raw">The values in their order.</param>
    /// <param name="restart">Starts a new baseline whatever the values say.</param>
    public void Observe(long sample, ReadOnlySpan<long> raw, bool restart = false)
    {
        if (restart || Latest < 0 || Latest != sample - 1 || (!clampEach && WentBack(raw)))
            _first = sample;
        var slot = _ring.AsSpan((int)(sample & (SampleTimeline.Kept - 1)) * counters, counters);
        for (var i = 0; i < counters; i++)
        {
            if (_first != sample && raw[i] > _last[i] && _last[i] >= 0)
                _sums[i] += raw[i] - _last[i];
            _last[i] = raw[i];
            slot[i] = _sums[i];
        }

        Latest = sample;
    }

    /// <summary>Whether the window's end was seen and something before it.</summary>
    public bool Covers(in SampleWindow window) => window.HasRates && Latest == window.To && _first < window.To;

    /// <summary>Measured seconds between the window's start (or this thing's baseline, if later) and its end; NaN when not covered.</summary>
    public double Seconds(in SampleWindow window) => Covers(window) ? window.Timeline.Seconds(Start(window), window.To) : double.NaN;

    /// <summary>How far a counter rose within the window; NaN when that is not known.</summary>
    public double Delta(int counter, in SampleWindow window)
    {
        if (!Covers(window) || _last[counter] < 0)
            return double.NaN;
        var before = _ring[(int)(Start(window) & (SampleTimeline.Kept - 1)) * counters + counter];
        return _sums[counter] - before;
    }

    /// <summary>A counter's rise per second of measured time; NaN when that is not known.</summary>
    public double Rate(int counter, in SampleWindow window) => Delta(counter, window) / Seconds(window);

    private long Start(in SampleWindow window) => Math.Max(window.From, _first);

    private bool WentBack(ReadOnlySpan<long> raw)
    {
        for (var i = 0; i < counters; i++)
        {
            if (raw[i] >= 0 && raw[i] < _last[i])
                return true;
        }

        return false;
    }
}
