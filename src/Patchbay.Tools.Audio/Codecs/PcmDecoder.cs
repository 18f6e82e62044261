using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Patchbay.Tools.Audio.Codecs;

/// <summary>Decodes PCM and G.711. Lost frames are filled by <see cref="Concealer"/>.</summary>
internal sealed class PcmDecoder : IFrameDecoder
{
    /// <summary>+60 dBFS. A float beyond it is no audio (integers that were never scaled, foreign bytes): one of them would own the loudness of the stream for good.</summary>
    internal const float Absurd = 1000f;

    private const int PieceSamples = 1024;
    private readonly AudioCodec _codec;
    private readonly int _groupBytes;
    private readonly int _bytesPerSample;
    private readonly int _channels;
    private readonly float[] _piece;
    private readonly Concealer _concealer;

    public PcmDecoder(AudioCodec codec, int sampleRate, int channels)
    {
        _codec = codec;
        _channels = channels;
        _bytesPerSample = PcmFormat.Of(codec).BytesPerSample;
        _groupBytes = _bytesPerSample * channels;
        _piece = new float[PieceSamples / channels * channels];
        _concealer = new Concealer(sampleRate, channels);
    }

    public int SamplesIn(ReadOnlySpan<byte> payload) => payload.Length % _groupBytes == 0 ? payload.Length / _groupBytes : -1;

    public int Decode(ReadOnlySpan<byte> payload, ISampleSink sink)
    {
        var invalid = 0;
        while (!payload.IsEmpty)
        {
            var count = Math.Min(payload.Length / _bytesPerSample, _piece.Length);
            var samples = _piece.AsSpan(0, count);
            invalid += Convert(payload[..(count * _bytesPerSample)], samples);
            payload = payload[(count * _bytesPerSample)..];
            _concealer.Remember(samples);
            sink.Write(samples);
        }
        return invalid;
    }

    public void Conceal(int samples, ISampleSink sink)
    {
        _concealer.Begin();
        while (samples > 0)
        {
            var count = Math.Min(samples, _piece.Length / _channels);
            var piece = _piece.AsSpan(0, count * _channels);
            _concealer.Fill(piece);
            sink.Write(piece);
            samples -= count;
        }
    }

    public void Dispose()
    {
    }

    private int Convert(ReadOnlySpan<byte> payload, Span<float> samples)
    {
        switch (_codec)
        {
            case AudioCodec.S16le:
                FromS16(payload, samples);
                return 0;
            case AudioCodec.S24le:
                FromS24(payload, samples);
                return 0;
            case AudioCodec.Mulaw:
                G711.Decode(payload, G711.Mulaw, samples);
                return 0;
            case AudioCodec.Alaw:
                G711.Decode(payload, G711.Alaw, samples);
                return 0;
            default:
                return FromF32(payload, samples);
        }
    }

    private static void FromS16(ReadOnlySpan<byte> payload, Span<float> samples)
    {
        if (BitConverter.IsLittleEndian)
        {
            var codes = MemoryMarshal.Cast<byte, short>(payload);
            for (var i = 0; i < samples.Length; i++)
                samples[i] = codes[i] * (1 / 32768f);
            return;
        }
        for (var i = 0; i < samples.Length; i++)
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(payload[(2 * i)..]) * (1 / 32768f);
    }

    private static void FromS24(ReadOnlySpan<byte> payload, Span<float> samples)
    {
        // The top byte is shifted to the sign bit and back, which carries the sign through.
        for (var i = 0; i < samples.Length; i++)
        {
            var at = 3 * i;
            var code = ((payload[at] << 8) | (payload[at + 1] << 16) | (payload[at + 2] << 24)) >> 8;
            samples[i] = code * (1 / 8388608f);
        }
    }

    private static int FromF32(ReadOnlySpan<byte> payload, Span<float> samples)
    {
        var invalid = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var sample = BinaryPrimitives.ReadSingleLittleEndian(payload[(4 * i)..]);
            // Written so that NaN fails the comparison too.
            if (!(MathF.Abs(sample) <= Absurd))
            {
                sample = 0;
                invalid++;
            }
            samples[i] = sample;
        }
        return invalid;
    }
}
