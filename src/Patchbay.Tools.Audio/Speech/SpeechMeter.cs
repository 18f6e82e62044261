using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Speech;

/// <summary>Speech activity and the signal-to-noise ratios that rest on it, for one channel of any rate.</summary>
internal sealed class SpeechMeter
{
    /// <summary>The rate the speech model hears.</summary>
    public const int SampleRate = 16000;

    private readonly SileroVad _vad = new();
    private readonly Resampler? _resampler;
    private readonly float[] _resampled;
    private readonly float[] _frame = new float[SileroVad.FrameSamples];
    private int _filled;

    public SpeechMeter(int sampleRate)
    {
        var longest = sampleRate / 100 + 1;
        _resampler = sampleRate == SampleRate ? null : new Resampler(sampleRate, SampleRate, longest);
        _resampled = new float[_resampler?.LongestOutput ?? longest];
    }

    /// <summary>Stretches of speech.</summary>
    public SpeechSegmenter Segmenter { get; } = new((double)SileroVad.FrameSamples / SampleRate);

    /// <summary>SNR from the frames with and without speech.</summary>
    public GatedSnr Gated { get; } = new();

    /// <summary>SNR from the distribution of amplitudes.</summary>
    public WadaSnr Wada { get; } = new();

    /// <summary>The level while somebody speaks.</summary>
    public ActiveLevel Level { get; } = new(SampleRate);

    /// <summary>Takes samples at the stream's rate; returns the largest probability of the frames this made whole, or null when it made none.</summary>
    public float? Add(ReadOnlySpan<float> samples)
    {
        if (_resampler is not null)
            samples = _resampled.AsSpan(0, _resampler.Process(samples, _resampled));
        float? largest = null;
        while (!samples.IsEmpty)
        {
            var count = Math.Min(samples.Length, _frame.Length - _filled);
            samples[..count].CopyTo(_frame.AsSpan(_filled));
            samples = samples[count..];
            _filled += count;
            if (_filled < _frame.Length)
                break;
            _filled = 0;
            var probability = _vad.Process(_frame);
            Segmenter.Add(probability);
            Gated.Add(probability, _frame);
            Wada.Add(_frame);
            Level.Add(_frame);
            largest = MathF.Max(largest ?? 0, probability);
        }
        return largest;
    }
}
