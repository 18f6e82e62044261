using System.Buffers.Binary;
using System.Text.Json;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio.Tests.Streams;

/// <summary>Frames that hold relayed RTP packets (RFC 3550 §5.1).</summary>
public sealed class RtpTests
{
    private const int Samples = 160;

    [Fact]
    public async Task Relayed_packets_are_judged_by_their_own_numbers_and_times_across_both_wraps()
    {
        using var room = new AudioRoom();
        var (id, no) = await OpenAsync(room);
        var start = room.Time.GetTimestamp();
        for (var i = 0; i < 200; i++)
        {
            // Packet 50 is lost before the relay; the number wraps at packet 100, the timestamp at 120. The frame's own fields say nothing.
            if (i == 50)
                continue;
            var packet = Packet((ushort)(65_436 + i), unchecked((uint)(-120 * Samples + (i * Samples))), Tone(i));
            Assert.Null(await room.SendAsync(no, 7, 7, packet, received: start + (long)(0.02 * i * room.Time.TimestampFrequency)));
        }

        var report = await room.CloseAsync(id);
        var errors = report.GetProperty("errors");
        Assert.Equal((200, 199, 1, 0, 0), (Get(errors, "expected"), Get(errors, "received"), Get(errors, "lost"), Get(errors, "duplicate"), Get(errors, "clock_leaps")));
        // They came as evenly as they were captured, with 20 ms filled in for the lost one.
        Assert.Equal(0, report.GetProperty("latency").GetProperty("jitter_ms").GetProperty("max").GetDouble(), 1e-6);
        Assert.Equal(200 * 0.02, report.GetProperty("duration_s").GetDouble(), 1e-6);
    }

    [Fact]
    public async Task Contributors_extensions_padding_and_other_payload_types_are_no_sound()
    {
        using var room = new AudioRoom();
        var (id, no) = await OpenAsync(room);
        byte[] media = [.. Enumerable.Repeat((byte)0xFF, Samples)];
        // Two contributing sources; an extension of one word; three bytes of padding.
        byte[] dressed = [0x80 | 0x20 | 0x10 | 2, 0, 0, 1, 0, 0, 0, Samples, 0, 0, 0, 9, .. new byte[8], 0xBE, 0xDE, 0, 1, 1, 2, 3, 4, .. media, 0, 0, 3];
        Assert.Null(await room.SendAsync(no, 0, 0, Packet(0, 0, media)));
        Assert.Null(await room.SendAsync(no, 0, 0, dressed));
        // A key tone (RFC 4733) shares the numbers.
        Assert.Null(await room.SendAsync(no, 0, 0, Packet(2, Samples, [1, 2, 3, 4], type: 101)));

        var report = await room.CloseAsync(id);
        Assert.Equal((3, 0), (Get(report.GetProperty("errors"), "received"), Get(report.GetProperty("errors"), "lost")));
        Assert.Equal(2 * Samples / 8000.0, report.GetProperty("duration_s").GetDouble());
        // 0xFF is 0 in mu-law: had a byte of the rest been played, it would show.
        Assert.Equal(JsonValueKind.Null, report.GetProperty("quality").GetProperty("level").GetProperty("peak_dbfs").ValueKind);
    }

    public static TheoryData<byte[]> NoPackets => new()
    {
        new byte[11],
        new byte[12], // version 0
        new byte[] { 0x8F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, // fifteen sources that are not there
        new byte[] { 0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, // an extension that is cut
        new byte[] { 0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF }, // one that is longer than the packet
        new byte[] { 0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, // padding of nothing
        new byte[] { 0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99 }, // padding into the header
    };

    [Theory]
    [MemberData(nameof(NoPackets))]
    public async Task What_is_no_packet_is_refused_and_counted(byte[] payload)
    {
        using var room = new AudioRoom();
        var (id, no) = await OpenAsync(room);

        Assert.Equal(ErrorCodes.InvalidMessageFormat, (await room.SendAsync(no, 0, 0, payload))!.Code);
        Assert.Equal(1, (await room.CloseAsync(id)).GetProperty("invalid_frames").GetInt32());
    }

    [Fact]
    public async Task Linear_samples_in_packets_are_refused_at_opening()
    {
        using var room = new AudioRoom();
        var (_, error) = await room.CallAsync("audio/open", new { codec = "s16le", sample_rate = 8000, channels = 1, payload = "rtp" });

        Assert.Equal(ErrorCodes.InvalidParams, error!.Code);
    }

    [Fact]
    public void Any_bytes_are_a_packet_or_none_and_never_an_exception()
    {
        var random = new Random(3);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            if (RtpPacket.TryRead(bytes, out var packet))
                Assert.True(packet.Media.Length <= bytes.Length - 12);
        }
    }

    private static async Task<(string Id, ushort No)> OpenAsync(AudioRoom room)
    {
        var (result, error) = await room.CallAsync("audio/open", new { codec = "mulaw", sample_rate = 8000, channels = 1, payload = "rtp" });
        Assert.Null(error);
        return (result.GetProperty("stream_id").GetString()!, result.GetProperty("stream_no").GetUInt16());
    }

    private static byte[] Packet(ushort sequence, uint timestamp, byte[] media, byte type = 0)
    {
        var packet = new byte[12 + media.Length];
        (packet[0], packet[1]) = (0x80, type);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
        media.CopyTo(packet, 12);
        return packet;
    }

    private static byte[] Tone(int number) => [.. Enumerable.Range(0, Samples).Select(n => (byte)(Math.Sin(0.5 * (n + (number * Samples))) > 0 ? 0x90 : 0x10))];

    private static int Get(JsonElement errors, string name) => errors.GetProperty(name).GetInt32();
}
