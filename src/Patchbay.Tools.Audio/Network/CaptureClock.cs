namespace Patchbay.Tools.Audio.Network;

/// <summary>
/// Turns capture timestamps into seconds since the first frame. A clock that runs backwards, or leaps further than ten seconds beyond what arrived,
/// was set anew: the frame is taken as the successor of the last one and the leap is counted.
/// </summary>
internal sealed class CaptureClock(double rate)
{
    private const double LargestLeapS = 10;
    private ulong _last;
    private double _lastS;
    private double _lastFrameS;
    private double _lastArrival;
    private long _frames;
    private long _still;

    /// <summary>How often the clock was set anew.</summary>
    public int Leaps { get; private set; }

    /// <summary>Seconds from the first to the newest frame's capture.</summary>
    public double SpanS => _lastS;

    /// <summary>False for a sender that leaves the timestamps as they are.</summary>
    public bool Runs => _frames < 2 || _still * 2 < _frames;

    /// <summary>Seconds of a frame in the order of its number.</summary>
    /// <param name="timestamp">Its capture_ts.</param>
    /// <param name="arrival">When it came.</param>
    /// <param name="frameS">Seconds of audio in it.</param>
    /// <param name="missing">Frames skipped before it.</param>
    /// <param name="anew">The sender began anew.</param>
    /// <param name="leapt">Whether delays before this frame compare with those after it no more.</param>
    public double Next(ulong timestamp, double arrival, double frameS, int missing, bool anew, out bool leapt)
    {
        leapt = false;
        if (_frames++ > 0)
        {
            var ticks = unchecked((long)(timestamp - _last));
            var step = ticks / rate;
            if (ticks == 0)
                _still++;
            var limit = LargestLeapS + (missing + 1) * Math.Max(_lastFrameS, frameS) + Math.Max(0, arrival - _lastArrival);
            leapt = anew || ticks < 0 || step > limit;
            if (leapt)
            {
                Leaps += anew ? 0 : 1;
                step = arrival - _lastArrival;
            }
            _lastS += step;
        }
        (_last, _lastFrameS, _lastArrival) = (timestamp, frameS, arrival);
        return _lastS;
    }

    /// <summary>Seconds of a frame out of order; null when it lies absurdly far from the newest.</summary>
    public double? Beside(ulong timestamp)
    {
        var step = unchecked((long)(timestamp - _last)) / rate;
        return Math.Abs(step) > LargestLeapS ? null : _lastS + step;
    }
}
