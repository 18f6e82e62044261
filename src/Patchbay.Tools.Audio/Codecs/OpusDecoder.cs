namespace Patchbay.Tools.Audio.Codecs;

/// <summary>Decodes Opus with the system's libopus; lost frames go to its own concealment.</summary>
internal sealed class OpusDecoder : IFrameDecoder
{
    private readonly OpusLibrary _library;
    private readonly int _sampleRate;
    private readonly int _channels;
    private readonly float[] _pcm;
    private readonly OpusDecoderHandle _decoder;

    public OpusDecoder(OpusLibrary library, int sampleRate, int channels)
    {
        _library = library;
        _sampleRate = sampleRate;
        _channels = channels;
        // RFC 6716 §3.2.5: a packet holds at most 120 ms.
        _pcm = new float[sampleRate * 120 / 1000 * channels];
        _decoder = new OpusDecoderHandle(library, library.Create(sampleRate, channels));
        if (_decoder.IsInvalid)
            throw new InvalidOperationException($"libopus makes no decoder for {sampleRate} Hz and {channels} channels.");
    }

    /// <summary>The sample rates an Opus decoder can write.</summary>
    public static IReadOnlyList<int> SampleRates { get; } = [8000, 12000, 16000, 24000, 48000];

    public int SamplesIn(ReadOnlySpan<byte> payload)
    {
        var samples = _library.SamplesIn(payload, _sampleRate);
        return samples > 0 && samples * _channels <= _pcm.Length ? samples : -1;
    }

    public int Decode(ReadOnlySpan<byte> payload, ISampleSink sink)
    {
        var samples = SamplesIn(payload);
        var decoded = _library.Decode(_decoder.DangerousGetHandle(), payload, _pcm, samples);
        if (decoded != samples)
        {
            // The packet's frame count was readable but its content was not: every sample of it is invalid.
            Conceal(samples, sink);
            return samples * _channels;
        }
        sink.Write(_pcm.AsSpan(0, decoded * _channels));
        return 0;
    }

    public void Conceal(int samples, ISampleSink sink)
    {
        // libopus conceals multiples of 2.5 ms; the rest of a stranger length is silence.
        var unit = _sampleRate / 400;
        while (samples > 0)
        {
            var count = Math.Min(samples / unit * unit, _pcm.Length / _channels);
            if (count == 0 || _library.Decode(_decoder.DangerousGetHandle(), default, _pcm, count) != count)
            {
                count = Math.Min(samples, _pcm.Length / _channels);
                _pcm.AsSpan(0, count * _channels).Clear();
            }
            sink.Write(_pcm.AsSpan(0, count * _channels));
            samples -= count;
        }
    }

    public void Dispose() => _decoder.Dispose();
}
