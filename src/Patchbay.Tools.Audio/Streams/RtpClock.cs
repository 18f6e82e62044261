namespace Patchbay.Tools.Audio.Streams;

/// <summary>Puts the header of a relayed RTP packet in the place of the frame's own. Not for concurrent use.</summary>
internal sealed class RtpClock
{
    private ulong? _time;
    private int _payloadType;

    /// <summary>The packet as a frame. Of another payload type than the first (a key tone, comfort noise) only the number counts: <paramref name="media"/> is empty.</summary>
    public FrameHeader Read(FrameHeader header, RtpPacket packet, out ReadOnlySpan<byte> media)
    {
        if (_time is not { } time)
        {
            _payloadType = packet.PayloadType;
            // Room to go back from.
            time = (1UL << 32) + packet.Timestamp;
        }

        // 32 bits wrap: the nearer of the two ways round.
        var now = unchecked(time + (ulong)(int)(packet.Timestamp - (uint)time));
        _time = now;
        media = packet.PayloadType == _payloadType ? packet.Media : default;
        return header with { Sequence = packet.Sequence, CaptureTimestamp = now };
    }
}
