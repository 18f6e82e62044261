using System.Buffers.Binary;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>The 16 bytes before the payload of an audio frame, little-endian.</summary>
/// <param name="EndOfStream">Flag bit 0.</param>
/// <param name="StreamNo">The number given by <c>audio/open</c>.</param>
/// <param name="Sequence">Rises by one a frame and wraps.</param>
/// <param name="CaptureTimestamp">When the first sample was captured, in samples of the stream's clock.</param>
internal readonly record struct FrameHeader(bool EndOfStream, ushort StreamNo, uint Sequence, ulong CaptureTimestamp)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 16;

    /// <summary>The only version there is.</summary>
    public const byte Version = 1;

    /// <summary>The largest payload.</summary>
    public const int MaxPayload = 64 * 1024;

    public static FrameHeader Read(ReadOnlySpan<byte> message) => new(
        (message[1] & 1) != 0,
        BinaryPrimitives.ReadUInt16LittleEndian(message[2..]),
        BinaryPrimitives.ReadUInt32LittleEndian(message[4..]),
        BinaryPrimitives.ReadUInt64LittleEndian(message[8..]));
}
