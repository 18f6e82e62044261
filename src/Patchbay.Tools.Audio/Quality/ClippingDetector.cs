using Patchbay.Tools.Audio.Codecs;

namespace Patchbay.Tools.Audio.Quality;

/// <summary>
/// Clipping of one channel. At full scale: at least 3 samples in a row at or above the format's clip level. Below it (clipped, then turned down):
/// a flat run of at least 4 equal samples within 0.5 dB of the stream's peak whose neighbours fall away sharply; a natural crest that the format's
/// steps make flat falls away by one step.
/// </summary>
internal sealed class ClippingDetector(PcmFormat format)
{
    private const int FullScaleRun = 3;
    private const int FlatRun = 4;
    private const int Levels = 160;
    private const double LevelsPerDb = 4;

    // Flat runs by level, in quarters of a dB below full scale: which of them lie near the peak is known only when the peak is.
    private readonly int[] _flatEvents = new int[Levels];
    private readonly long[] _flatSamples = new long[Levels];
    private float _runValue;
    private float _beforeRun;
    private int _runLength;
    private int _fullLength;

    /// <summary>Events at full scale.</summary>
    public int FullScaleEvents { get; private set; }

    /// <summary>Samples in events at full scale.</summary>
    public long FullScaleSamples { get; private set; }

    /// <summary>Sample index of the first event at full scale, or -1.</summary>
    public long FirstAt { get; private set; } = -1;

    public void Add(ReadOnlySpan<float> samples, long start, float hopPeak)
    {
        // Nothing in this hop can be flat near the peak or full when nothing in it stands above -40 dBFS.
        if (hopPeak < 0.01f && _runLength < 2)
        {
            if (samples.Length > 0)
            {
                _runValue = samples[^1];
                _beforeRun = samples.Length > 1 ? samples[^2] : _runValue;
                _runLength = 1;
                _fullLength = 0;
            }
            return;
        }
        var clip = format.ClipLevel;
        for (var i = 0; i < samples.Length; i++)
        {
            var sample = samples[i];
            if (sample == _runValue)
            {
                _runLength++;
            }
            else
            {
                if (_runLength >= FlatRun)
                    EndRun(sample);
                _beforeRun = _runValue;
                _runValue = sample;
                _runLength = 1;
            }

            if (MathF.Abs(sample) < clip)
                _fullLength = 0;
            else
                CountFull(start + i);
        }
    }

    /// <summary>Events and samples, given the peak of the stream.</summary>
    public (int Events, long Samples) Total(float streamPeak)
    {
        var events = FullScaleEvents;
        var samples = FullScaleSamples;
        if (streamPeak < 0.01f)
            return (events, samples);
        var lowest = LevelOf(streamPeak) + (int)(0.5 * LevelsPerDb);
        for (var level = 0; level <= Math.Min(lowest, Levels - 1); level++)
        {
            events += _flatEvents[level];
            samples += _flatSamples[level];
        }
        return (events, samples);
    }

    private void CountFull(long at)
    {
        _fullLength++;
        if (_fullLength == FullScaleRun)
        {
            FullScaleEvents++;
            FullScaleSamples += FullScaleRun;
            if (FirstAt < 0)
                FirstAt = at;
        }
        else if (_fullLength > FullScaleRun)
        {
            FullScaleSamples++;
        }
    }

    private void EndRun(float after)
    {
        var magnitude = MathF.Abs(_runValue);
        if (magnitude < 0.01f || magnitude >= format.ClipLevel)
            return;
        var fall = format.CutFall(magnitude);
        if (magnitude - MathF.Abs(_beforeRun) < fall || magnitude - MathF.Abs(after) < fall)
            return;
        var level = Math.Clamp(LevelOf(magnitude), 0, Levels - 1);
        _flatEvents[level]++;
        _flatSamples[level] += _runLength;
    }

    private static int LevelOf(float magnitude) => Math.Max(0, (int)(-20 * Math.Log10(magnitude) * LevelsPerDb));
}
