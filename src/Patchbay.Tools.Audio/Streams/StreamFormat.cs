using Patchbay.Tools.Audio.Codecs;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>What was agreed when a stream was opened.</summary>
/// <param name="Codec">How the payload is coded.</param>
/// <param name="SampleRate">Samples a second; for Opus the rate to decode to.</param>
/// <param name="Channels">Interleaved channels.</param>
/// <param name="FrameMs">Milliseconds a frame; null: the frames tell.</param>
/// <param name="IsRtp">Whether a payload is a whole RTP packet.</param>
internal sealed record StreamFormat(AudioCodec Codec, int SampleRate, int Channels, double? FrameMs, bool IsRtp = false)
{
    /// <summary>Ticks a second of capture_ts. RFC 7587: Opus always counts 48,000.</summary>
    public int ClockRate => Codec == AudioCodec.Opus ? 48000 : SampleRate;

    /// <summary>Whether a payload is what was agreed.</summary>
    public bool Takes(ReadOnlySpan<byte> payload)
    {
        if (!IsRtp || payload.IsEmpty)
            return SamplesIn(payload) >= 0;
        // What the packet holds may be of another payload type: it is looked at when it is decoded.
        return RtpPacket.TryRead(payload, out _);
    }

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
