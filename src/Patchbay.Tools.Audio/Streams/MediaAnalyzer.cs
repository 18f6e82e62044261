using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Loudness;
using Patchbay.Tools.Audio.Quality;
using Patchbay.Tools.Audio.Signal;
using Patchbay.Tools.Audio.Speech;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>All measurements of the sound of one stream. Takes samples in any portions, works in hops of 10 ms, allocates nothing on the way. Not for concurrent use.</summary>
internal sealed class MediaAnalyzer : ISampleSink
{
    private readonly HopBuffer _hop;
    private readonly MonoMix _mix;
    private readonly TruePeakMeter[] _truePeaks;
    private readonly ClippingDetector[] _clipping;
    private readonly ClickDetector[] _clicks;
    private bool _finished;

    public MediaAnalyzer(AudioCodec codec, int sampleRate, int channels, double silenceThresholdDbfs)
    {
        var format = PcmFormat.Of(codec);
        SampleRate = sampleRate;
        Channels = channels;
        _hop = new HopBuffer(sampleRate, channels);
        _mix = new MonoMix(sampleRate, channels);
        Levels = new LevelMeter(channels);
        Loudness = new LoudnessMeter(sampleRate, channels);
        _truePeaks = [.. Enumerable.Range(0, channels).Select(_ => new TruePeakMeter(sampleRate))];
        _clipping = [.. Enumerable.Range(0, channels).Select(_ => new ClippingDetector(format))];
        _clicks = [.. Enumerable.Range(0, channels).Select(_ => new ClickDetector(sampleRate))];
        Silence = new SilenceDetector(sampleRate, silenceThresholdDbfs);
        Dropouts = new DropoutDetector(sampleRate, format.ZeroLevel);
        Comparer = new ChannelComparer(channels);
        Spectrum = new WelchSpectrum(sampleRate);
        Hum = new HumDetector(sampleRate);
        Speech = new SpeechMeter(sampleRate);
    }

    public int SampleRate { get; }

    public int Channels { get; }

    public LevelMeter Levels { get; }

    public LoudnessMeter Loudness { get; }

    public SilenceDetector Silence { get; }

    public DropoutDetector Dropouts { get; }

    public ChannelComparer Comparer { get; }

    public WelchSpectrum Spectrum { get; }

    public HumDetector Hum { get; }

    public SpeechMeter Speech { get; }

    public IReadOnlyList<ClippingDetector> Clipping => _clipping;

    public IReadOnlyList<ClickDetector> Clicks => _clicks;

    /// <summary>Largest true peak of all channels as a share of full scale.</summary>
    public float TruePeak { get; private set; }

    /// <summary>Hops whose true peak lies above full scale.</summary>
    public int Overs { get; private set; }

    /// <summary>Where the first of them began, in seconds.</summary>
    public double? FirstOverS { get; private set; }

    /// <summary>The newest probability of speech.</summary>
    public float SpeechProbability { get; private set; }

    /// <summary>Samples a channel that were taken, those of an unfinished hop included.</summary>
    public long Samples => _finished ? MeasuredSamples : _hop.Start + _hop.Length;

    /// <summary>Samples a channel that are measured.</summary>
    public long MeasuredSamples => Levels.Samples;

    public void Write(ReadOnlySpan<float> interleaved)
    {
        while (!interleaved.IsEmpty)
        {
            interleaved = interleaved[_hop.Fill(interleaved)..];
            if (!_hop.IsFull)
                return;
            Measure();
            _hop.Next();
        }
    }

    /// <summary>Ends the stream: the last, unfinished hop is measured by everything that needs no whole one.</summary>
    public void Finish()
    {
        if (_hop.Length > 0)
            MeasureSamples();
        _finished = true;
    }

    private void Measure()
    {
        MeasureSamples();
        Loudness.Add(_hop);
        var mix = _mix.Of(_hop, Levels);
        if (Speech.Add(mix) is { } probability)
        {
            SpeechProbability = probability;
            Spectrum.HearSpeech(probability);
        }
        Spectrum.Add(mix);
        Hum.Add(mix);
    }

    private void MeasureSamples()
    {
        Levels.Add(_hop);
        var over = false;
        for (var channel = 0; channel < Channels; channel++)
        {
            var samples = _hop.Channel(channel);
            var peak = _truePeaks[channel].Add(samples);
            TruePeak = MathF.Max(TruePeak, peak);
            over |= peak > 1;
            _clipping[channel].Add(samples, _hop.Start, Levels.HopPeakOf(channel));
            _clicks[channel].Add(samples, _hop.Start);
        }
        if (over)
        {
            Overs++;
            FirstOverS ??= (double)_hop.Start / SampleRate;
        }
        Dropouts.Add(_hop);
        Silence.Add(Levels.LoudestHopPower, _hop.Start, _hop.Length);
        Comparer.Add(_hop);
    }
}
