using System.Buffers.Binary;
using Patchbay.Bench.Audio;
using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio.Bench;

/// <summary>Frames of something like speech in a stream's format.</summary>
internal static class Sound
{
    public static IReadOnlyList<byte[]> Frames(StreamFormat format, int seconds) =>
        [.. Voice.Frames(format.SampleRate, format.Channels, seconds).Select(frame => Encode(frame, format.Codec))];

    private static byte[] Encode(double[] frame, AudioCodec codec)
    {
        var bytes = new byte[frame.Length * PcmFormat.Of(codec).BytesPerSample];
        for (var i = 0; i < frame.Length; i++)
            Write(bytes, i, codec, frame[i]);
        return bytes;
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
