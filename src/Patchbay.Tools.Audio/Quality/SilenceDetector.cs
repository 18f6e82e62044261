namespace Patchbay.Tools.Audio.Quality;

/// <summary>Silence: hops of 10 ms whose loudest channel lies below the threshold, for 300 ms or more.</summary>
internal sealed class SilenceDetector(int sampleRate, double thresholdDbfs)
{
    private const double ShortestS = 0.3;
    private readonly double _threshold = Math.Pow(10, thresholdDbfs / 10);
    private readonly SegmentList _segments = new();
    private long _since = -1;
    private long _end;

    public void Add(double loudestPower, long start, int length)
    {
        if (loudestPower < _threshold)
        {
            if (_since < 0)
                _since = start;
        }
        else if (_since >= 0)
        {
            if (Open is { } silence)
                _segments.Add(silence.StartS, silence.EndS);
            _since = -1;
        }
        _end = start + length;
    }

    /// <summary>Share of the stream that is silence; null before the first hop.</summary>
    public double? Ratio => _end == 0 ? null : Math.Min(1, (_segments.TotalS + (Open is { } open ? open.EndS - open.StartS : 0)) * sampleRate / _end);

    /// <summary>The newest silences, one that goes on included.</summary>
    public IReadOnlyList<Segment> Segments => _segments.With(Open);

    /// <summary>The silence that goes on at the end of what was heard.</summary>
    public Segment? Open
    {
        get
        {
            if (_since < 0)
                return null;
            var silence = new Segment((double)_since / sampleRate, (double)_end / sampleRate);
            return silence.EndS - silence.StartS >= ShortestS - 1e-9 ? silence : null;
        }
    }
}
