using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Quality;

/// <summary>
/// Dropouts: digital zero on every channel for 20 ms or more, where the millisecond before reached -40 dBFS. Level that fades to nothing is silence,
/// level that is cut off is a dropout.
/// </summary>
internal sealed class DropoutDetector(int sampleRate, float zeroLevel)
{
    private const double ShortestS = 0.02;
    private const float LevelBefore = 0.01f;
    private readonly SegmentList _segments = new();
    private long _since = -1;
    private bool _levelBefore;
    private float _tailPeak;
    private long _end;

    /// <summary>Dropouts so far, one that goes on included.</summary>
    public int Count => _segments.Count + (Open is null ? 0 : 1);

    /// <summary>Milliseconds of all of them.</summary>
    public double TotalMs => 1000 * (_segments.TotalS + (Open is { } open ? open.EndS - open.StartS : 0));

    /// <summary>Where the first began, in seconds.</summary>
    public double? FirstS => _segments.FirstS ?? Open?.StartS;

    private Segment? Open => _since >= 0 && _levelBefore && _end - _since >= ShortestS * sampleRate
        ? new Segment((double)_since / sampleRate, (double)_end / sampleRate)
        : null;

    public void Add(HopBuffer hop)
    {
        var first = hop.Channel(0);
        for (var i = 0; i < first.Length; i++)
        {
            if (MathF.Abs(first[i]) <= zeroLevel && OthersAreZero(hop, i))
            {
                if (_since < 0)
                    Begin(hop, i);
            }
            else if (_since >= 0)
            {
                End(hop.Start + i);
            }
        }
        _end = hop.Start + hop.Length;
        _tailPeak = PeakBefore(hop, hop.Length, 0);
    }

    private void Begin(HopBuffer hop, int at)
    {
        _since = hop.Start + at;
        _levelBefore = PeakBefore(hop, at, _tailPeak) > LevelBefore;
    }

    private void End(long at)
    {
        _end = at;
        if (Open is { } dropout)
            _segments.Add(dropout.StartS, dropout.EndS);
        _since = -1;
    }

    private bool OthersAreZero(HopBuffer hop, int at)
    {
        for (var channel = 1; channel < hop.Channels; channel++)
        {
            if (MathF.Abs(hop.Channel(channel)[at]) > zeroLevel)
                return false;
        }
        return true;
    }

    // The largest magnitude of the millisecond before a place; what lies before the hop is known by its own peak.
    private float PeakBefore(HopBuffer hop, int at, float before)
    {
        var from = at - sampleRate / 1000;
        var peak = from < 0 ? before : 0;
        for (var channel = 0; channel < hop.Channels; channel++)
        {
            foreach (var sample in hop.Channel(channel)[Math.Max(0, from)..at])
                peak = MathF.Max(peak, MathF.Abs(sample));
        }
        return peak;
    }
}
