using System.Buffers.Binary;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>What an RTP packet says (RFC 3550 §5.1).</summary>
/// <param name="Sequence">16 bits.</param>
/// <param name="Timestamp">32 bits, in ticks of the payload's clock.</param>
/// <param name="PayloadType">0 to 127.</param>
/// <param name="Media">The payload without padding.</param>
internal readonly ref struct RtpPacket(ushort Sequence, uint Timestamp, int PayloadType, ReadOnlySpan<byte> Media)
{
    private const int FixedHeader = 12;
    private const int Version = 2;

    public ushort Sequence { get; } = Sequence;

    public uint Timestamp { get; } = Timestamp;

    public int PayloadType { get; } = PayloadType;

    public ReadOnlySpan<byte> Media { get; } = Media;

    /// <summary>Reads a packet; false for what is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, out RtpPacket read)
    {
        read = default;
        if (packet.Length < FixedHeader || packet[0] >> 6 != Version)
            return false;
        var start = FixedHeader + (4 * (packet[0] & 0x0F));
        if ((packet[0] & 0x10) != 0)
        {
            if (packet.Length < start + 4)
                return false;
            start += 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(start + 2)..]));
        }

        var end = packet.Length;
        if ((packet[0] & 0x20) != 0)
        {
            // The count counts itself.
            if (packet[^1] == 0)
                return false;
            end -= packet[^1];
        }

        if (start > end)
            return false;
        read = new RtpPacket(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), BinaryPrimitives.ReadUInt32BigEndian(packet[4..]), packet[1] & 0x7F, packet[start..end]);
        return true;
    }
}
