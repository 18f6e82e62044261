using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Quality;

/// <summary>
/// Dropouts: digital zero on every channel for 20 ms or more, cut out of sound: the millisecond before and the one after reach -40 dBFS, and the one
/// before has not faded below a quarter of the 10 ms before it. Level that fades, and sound that does not come back, is silence.
/// </summary>
internal sealed class DropoutDetector(int sampleRate, float zeroLevel)
{
    private const double ShortestS = 0.02;
    private const float Level = 0.01f;
    private const float Faded = 0.25f;
    private readonly SegmentList _segments = new();
    private long _since = -1;
    private long _until = -1;
    private float _peakAfter;
    private float _tailPeak;
    private float _hopPeak;

    /// <summary>Dropouts so far.</summary>
    public int Count => _segments.Count;

    /// <summary>Milliseconds of all of them.</summary>
    public double TotalMs => 1000 * _segments.TotalS;

    /// <summary>Where the first began, in seconds.</summary>
    public double? FirstS => _segments.FirstS;

    private int Millisecond => sampleRate / 1000;

    public void Add(HopBuffer hop)
    {
        var first = hop.Channel(0);
        for (var i = 0; i < first.Length; i++)
        {
            var zero = MathF.Abs(first[i]) <= zeroLevel && OthersAreZero(hop, i);
            if (zero && _since < 0)
                Begin(hop, i);
            else if (!zero && _since >= 0 && _until < 0)
                _until = hop.Start + i;
            if (_until >= 0)
                Resume(hop, i);
        }
        _tailPeak = PeakBefore(hop, hop.Length, Millisecond);
        _hopPeak = PeakBefore(hop, hop.Length, hop.Length);
    }

    private void Begin(HopBuffer hop, int at)
    {
        var just = PeakBefore(hop, at, Millisecond);
        if (at < Millisecond)
            just = MathF.Max(just, _tailPeak);
        if (just <= Level || just < Faded * MathF.Max(_hopPeak, PeakBefore(hop, at, at)))
            return;
        _since = hop.Start + at;
        _peakAfter = 0;
    }

    // The first millisecond after the zeros decides; a run too short is forgotten at once.
    private void Resume(HopBuffer hop, int at)
    {
        if (_until - _since < ShortestS * sampleRate)
        {
            (_since, _until) = (-1, -1);
            return;
        }
        for (var channel = 0; channel < hop.Channels; channel++)
            _peakAfter = MathF.Max(_peakAfter, MathF.Abs(hop.Channel(channel)[at]));
        if (hop.Start + at - _until + 1 < Millisecond)
            return;
        if (_peakAfter > Level)
            _segments.Add((double)_since / sampleRate, (double)_until / sampleRate);
        (_since, _until) = (-1, -1);
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

    private static float PeakBefore(HopBuffer hop, int at, int count)
    {
        var peak = 0f;
        for (var channel = 0; channel < hop.Channels; channel++)
        {
            foreach (var sample in hop.Channel(channel)[Math.Max(0, at - count)..at])
                peak = MathF.Max(peak, MathF.Abs(sample));
        }
        return peak;
    }
}
