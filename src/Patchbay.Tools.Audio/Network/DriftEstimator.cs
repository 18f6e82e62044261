namespace Patchbay.Tools.Audio.Network;

/// <summary>
/// How fast the sender's clock runs against ours: the slope of the lower envelope of (arrival - capture). The envelope is the convex hull under the
/// smallest delay of each interval; the edge over the mean time is the line below all points that lies closest to them.
/// </summary>
internal sealed class DriftEstimator
{
    private const int MaxPoints = 512;
    private const double ShortestS = 30;
    private const double LargestSlope = 2e-3;
    private readonly (double Time, double Delay)[] _points = new (double, double)[MaxPoints];
    private int _count;
    private double _interval = 1;
    private double _intervalEnd;

    public void Add(double time, double delay)
    {
        if (_count > 0 && time < _intervalEnd)
        {
            if (delay < _points[_count - 1].Delay)
                _points[_count - 1] = (time, delay);
            return;
        }
        if (_count == MaxPoints)
            Halve();
        _points[_count++] = (time, delay);
        _intervalEnd = time + _interval;
    }

    /// <summary>Forgets everything, after the sender's clock was set anew.</summary>
    public void Restart() => _count = 0;

    /// <summary>Seconds of delay gained a second (positive: the sender's clock is slow); null before 30 s, and when the slope is no drift of a clock.</summary>
    public double? Slope
    {
        get
        {
            if (_count < 8 || _points[_count - 1].Time - _points[0].Time < ShortestS)
                return null;
            var slope = EnvelopeSlope();
            return Math.Abs(slope) <= LargestSlope ? slope : null;
        }
    }

    private double EnvelopeSlope()
    {
        Span<int> hull = stackalloc int[MaxPoints];
        var corners = 0;
        double mean = 0;
        for (var i = 0; i < _count; i++)
        {
            mean += _points[i].Time / _count;
            while (corners >= 2 && Turn(_points[hull[corners - 2]], _points[hull[corners - 1]], _points[i]) <= 0)
                corners--;
            hull[corners++] = i;
        }
        for (var i = 1; i < corners; i++)
        {
            var (from, to) = (_points[hull[i - 1]], _points[hull[i]]);
            if (to.Time >= mean)
                return (to.Delay - from.Delay) / (to.Time - from.Time);
        }
        return 0;
    }

    private static double Turn((double Time, double Delay) a, (double Time, double Delay) b, (double Time, double Delay) c) =>
        (b.Time - a.Time) * (c.Delay - a.Delay) - (b.Delay - a.Delay) * (c.Time - a.Time);

    private void Halve()
    {
        for (var i = 0; i < MaxPoints / 2; i++)
            _points[i] = _points[2 * i].Delay <= _points[2 * i + 1].Delay ? _points[2 * i] : _points[2 * i + 1];
        _count = MaxPoints / 2;
        _interval *= 2;
    }
}
