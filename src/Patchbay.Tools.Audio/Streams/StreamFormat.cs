using Patchbay.Tools.Audio.Codecs;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>What was agreed when a stream was opened.</summary>
internal sealed record StreamFormat(AudioCodec Codec, int SampleRate, int Channels, double? FrameMs)
{
    /// <summary>Ticks a second of capture_ts. RFC 7587: Opus always counts 48,000.</summary>
    public int ClockRate => Codec == AudioCodec.Opus ? 48000 : SampleRate;

    /// <summary>Samples a channel in a payload; -1 when it is no whole number of samples or no Opus packet.</summary>
    public int SamplesIn(ReadOnlySpan<byte> payload)
    {
        if (Codec == AudioCodec.Opus)
            return payload.IsEmpty ? 0 : OpusSamples(payload);
        var group = PcmFormat.Of(Codec).BytesPerSample * Channels;
        return payload.Length % group == 0 ? payload.Length / group : -1;
    }

    public IFrameDecoder CreateDecoder() => Codec == AudioCodec.Opus
        ? new OpusDecoder(OpusLibrary.Instance ?? throw new InvalidOperationException("libopus is gone."), SampleRate, Channels)
        : new PcmDecoder(Codec, SampleRate, Channels);

    private int OpusSamples(ReadOnlySpan<byte> payload)
    {
        var samples = OpusLibrary.Instance?.SamplesIn(payload, SampleRate) ?? -1;
        return samples > 0 && samples <= SampleRate * 120 / 1000 ? samples : -1;
    }
}
