using System.Buffers.Binary;
using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio.Bench;

/// <summary>Makes frames of something like speech: a buzz of changing pitch in syllables, over noise.</summary>
internal static class Sound
{
    public static IReadOnlyList<byte[]> Frames(StreamFormat format, int seconds)
    {
        var random = new Random(1);
        var samples = format.SampleRate / 50;
        var frames = new List<byte[]>();
        double phase = 0;
        for (var frame = 0; frame < seconds * 50; frame++)
        {
            var bytes = new byte[samples * format.Channels * PcmFormat.Of(format.Codec).BytesPerSample];
            for (var i = 0; i < samples; i++)
            {
                var t = (frame * samples + i) / (double)format.SampleRate;
                phase += (110 + 20 * Math.Sin(3 * t)) / format.SampleRate;
                var buzz = 0.0;
                for (var k = 1; k < 12; k++)
                    buzz += Math.Sin(2 * Math.PI * k * phase) / k;
                var syllable = Math.Max(0, Math.Sin(2 * Math.PI * 3 * t)) * (t % 4 < 3 ? 1 : 0);
                for (var channel = 0; channel < format.Channels; channel++)
                    Write(bytes, (i * format.Channels) + channel, format.Codec, (0.15 * buzz * syllable / (channel + 1)) + (0.002 * (random.NextDouble() - 0.5)));
            }
            frames.Add(bytes);
        }
        return frames;
    }

    private static void Write(byte[] to, int index, AudioCodec codec, double value)
    {
        switch (codec)
        {
            case AudioCodec.S16le:
                BinaryPrimitives.WriteInt16LittleEndian(to.AsSpan(2 * index), (short)(value * 32767));
                break;
            case AudioCodec.F32le:
                BinaryPrimitives.WriteSingleLittleEndian(to.AsSpan(4 * index), (float)value);
                break;
            case AudioCodec.S24le:
                var code = (int)(value * 8388607);
                to[3 * index] = (byte)code;
                to[3 * index + 1] = (byte)(code >> 8);
                to[3 * index + 2] = (byte)(code >> 16);
                break;
            default:
                to[index] = (byte)Enumerable.Range(0, 256).MinBy(c => Math.Abs(G711.Mulaw[c] - value));
                break;
        }
    }
}
