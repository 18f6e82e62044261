using System.Buffers.Binary;

namespace Patchbay.Transport.WebSockets;

/// <summary>The kinds of frames (RFC 6455 §5.2).</summary>
internal enum Opcode : byte
{
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

/// <summary>One frame header (RFC 6455 §5.2).</summary>
internal readonly record struct FrameHeader(Opcode Opcode, bool IsFinal, bool IsWellFormed, ulong PayloadLength, uint Mask, int Size)
{
    /// <summary>The longest header a server sends: 2 bytes and a 64-bit length, no mask.</summary>
    public const int MaxServerSize = 10;

    private const int MaxControlPayload = 125;

    public bool IsControl => ((byte)Opcode & 0x8) != 0;

    /// <summary>Reads the header of a frame from a client. False while there are too few bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
            return false;

        var opcode = (Opcode)(bytes[0] & 0x0F);
        var isFinal = (bytes[0] & 0x80) != 0;
        var isMasked = (bytes[1] & 0x80) != 0;
        var length7 = bytes[1] & 0x7F;
        // A reserved bit, a reserved opcode, or a frame of a client without mask (§5.1, §5.2).
        var isWellFormed = (bytes[0] & 0x70) == 0 && opcode is <= Opcode.Binary or (>= Opcode.Close and <= Opcode.Pong) && isMasked;
        if (!isWellFormed)
        {
            header = new FrameHeader(opcode, isFinal, false, 0, 0, 2);
            return true;
        }

        var lengthBytes = length7 switch { 126 => 2, 127 => 8, _ => 0 };
        var size = 2 + lengthBytes + 4;
        if (bytes.Length < size)
            return false;

        var length = lengthBytes switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            8 => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            _ => (ulong)length7,
        };
        // The shortest form of the length must be used, and its highest bit is 0 (§5.2).
        isWellFormed = lengthBytes switch { 2 => length > 125, 8 => length is > ushort.MaxValue and <= long.MaxValue, _ => true };
        header = new FrameHeader(opcode, isFinal, isWellFormed, length, BinaryPrimitives.ReadUInt32LittleEndian(bytes[(size - 4)..]), size);
        if (header.IsControl && (!isFinal || length > MaxControlPayload))
            header = header with { IsWellFormed = false };
        return true;
    }

    /// <summary>Writes the header of a final, unmasked frame.</summary>
    /// <returns>How many bytes it took.</returns>
    public static int Write(Span<byte> target, Opcode opcode, int payloadLength)
    {
        target[0] = (byte)(0x80 | (byte)opcode);
        switch (payloadLength)
        {
            case <= 125:
                target[1] = (byte)payloadLength;
                return 2;
            case <= ushort.MaxValue:
                target[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)payloadLength);
                return 4;
            default:
                target[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)payloadLength);
                return 10;
        }
    }
}
