using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Patchbay.Testing;
using Patchbay.Transport.WebSockets;

namespace Patchbay.Transport.Tests.WebSockets;

public class FrameReaderTests
{
    private sealed record Sent(FrameEventKind Kind, byte[] Payload);

    /// <summary>However messages are cut into fragments, pings put between them and the bytes cut into pieces: the same events come out.</summary>
    [Fact]
    [Requirement("PROTO-4-01")]
    public void Any_cut_of_the_bytes_gives_the_same_events() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var sent = new List<Sent>();
            var bytes = Make(random, sent);
            var frames = new Frames();
            for (var at = 0; at < bytes.Length;)
            {
                var length = Math.Min(bytes.Length - at, random.Next(3) == 0 ? 1 : 1 + random.Next(3000));
                frames.Feed(bytes[at..(at + length)]);
                at += length;
            }

            Assert.Equal(sent.Select(one => (one.Kind, Convert.ToHexString(one.Payload))), frames.Found.Select(one => (one.Kind, Convert.ToHexString(one.Payload))));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0u)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x01020304u)]
    public void A_payload_of_any_length_gets_its_mask_off(uint mask)
    {
        for (var length = 0; length < 140; length++)
        {
            var payload = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
            var frames = new Frames().Feed(RawFrame.Encode(0x82, payload, mask));
            Assert.Equal(payload, Assert.Single(frames.Found).Payload);
        }
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1000, false)]
    [Requirement("PROTO-4-01", "PROTO-4-02")]
    public void A_message_of_the_limit_is_read_and_one_byte_more_is_refused_by_its_header(int limit, bool fragmented)
    {
        var options = new TransportOptions { MaxMessageBytes = limit };
        var first = fragmented ? limit / 2 : limit;
        var good = new Frames(options).Feed(fragmented ? (byte)0x02 : (byte)0x82, new byte[first]);
        if (fragmented)
            good.Feed(0x80, new byte[limit - first]);
        Assert.Equal(limit, Assert.Single(good.Found).Payload.Length);

        var bad = new Frames(options);
        if (fragmented)
            bad.Feed(0x02, new byte[first]);
        // The header alone: 126 and 16 bits of length, and the mask; no byte of the payload is waited for.
        var rest = limit + 1 - (fragmented ? first : 0);
        bad.Feed([fragmented ? (byte)0x80 : (byte)0x82, 0xFE, (byte)(rest >> 8), (byte)rest, 1, 2, 3, 4]);
        Assert.Equal(1009, bad.Fault);
    }

    [Fact]
    public void An_announced_length_of_two_to_the_sixty_second_is_refused_at_once() =>
        Assert.Equal(1009, new Frames().Feed([0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]).Fault);

    [Theory]
    [InlineData(1024, null)]
    [InlineData(1025, 1008)]
    [Requirement("PROTO-8-25")]
    public void A_message_has_at_most_1024_fragments(int fragments, int? fault)
    {
        var frames = new Frames().Feed(0x02, [1]);
        for (var i = 1; i < fragments - 1; i++)
            frames.Feed(0x00, [1]);
        frames.Feed(0x80, [1]);

        Assert.Equal(fault, frames.Fault);
        if (fault is null)
            Assert.Equal(fragments, Assert.Single(frames.Found).Payload.Length);
    }

    [Fact]
    public void The_count_of_fragments_starts_again_with_each_message()
    {
        var frames = new Frames(new TransportOptions { MaxFragments = 2 });
        for (var i = 0; i < 3; i++)
            frames.Feed(0x02, [1]).Feed(0x80, [2]);

        Assert.Equal(3, frames.Found.Count);
        Assert.Null(frames.Fault);
    }

    /// <summary>A bucket of 20 that refills by 10 a second; ping, pong and Close take from it alike.</summary>
    [Fact]
    [Requirement("PROTO-8-24")]
    public void Control_frames_are_metered_by_a_bucket()
    {
        var time = new ManualTime();
        var frames = new Frames(time: time);
        for (var i = 0; i < 10; i++)
            frames.Feed(0x89, []).Feed(0x8A, []);
        time.Advance(TimeSpan.FromMilliseconds(500));
        for (var i = 0; i < 5; i++)
            frames.Feed(0x89, []);
        Assert.Null(frames.Fault);

        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(1008, frames.Feed(0x89, []).Fault);
    }

    [Fact]
    public void The_bucket_never_holds_more_than_its_size()
    {
        var time = new ManualTime();
        var frames = new Frames(time: time);
        time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 20; i++)
            frames.Feed(0x89, []);
        Assert.Null(frames.Fault);
        Assert.Equal(1008, frames.Feed(0x88, RawFrame.ClosePayload(1000)).Fault);
    }

    /// <summary>RFC 6455 §7.4.1 and §7.4.2: 1004, 1005, 1006 and 1015 never stand on the wire, 1016 to 2999 are reserved, below 1000 and above 4999 is nothing.</summary>
    [Fact]
    public void A_close_code_is_taken_exactly_when_the_standard_allows_it()
    {
        for (var code = 0; code <= ushort.MaxValue; code++)
        {
            var allowed = code is >= 1000 and <= 1014 and not (1004 or 1005 or 1006) or >= 3000 and <= 4999;
            var found = Assert.Single(new Frames().Feed(0x88, RawFrame.ClosePayload(code)).Found);
            Assert.Equal((allowed ? FrameEventKind.Close : FrameEventKind.Fault, allowed ? null : (int?)1002), (found.Kind, found.Fault));
        }
    }

    [Fact]
    public void A_close_may_be_empty_but_has_no_half_code_and_no_reason_that_is_not_utf8()
    {
        Assert.Equal(FrameEventKind.Close, Assert.Single(new Frames().Feed(0x88, []).Found).Kind);
        Assert.Equal(1002, new Frames().Feed(0x88, [3]).Fault);
        Assert.Equal(1007, new Frames().Feed(0x88, [.. RawFrame.ClosePayload(1000), 0xC3]).Fault);
    }

    /// <summary>Overlong forms, surrogates, beyond U+10FFFF, a lone continuation, and a character that ends too soon (RFC 3629).</summary>
    [Theory]
    [InlineData("c080")]
    [InlineData("e08080")]
    [InlineData("eda080")]
    [InlineData("f4908080")]
    [InlineData("f5808080")]
    [InlineData("80")]
    [InlineData("e282")]
    [InlineData("ff")]
    [Requirement("PROTO-4-03")]
    public void A_text_that_is_not_utf8_is_refused_also_across_fragments(string hex)
    {
        byte[] bytes = [.. "{}"u8, .. Convert.FromHexString(hex)];

        Assert.Equal(1007, new Frames().Feed(0x81, bytes).Fault);
        Assert.Equal(1007, new Frames().Feed(0x01, bytes[..3]).Feed(0x80, bytes[3..]).Fault);
        Assert.Null(new Frames().Feed(0x82, bytes).Fault);
    }

    [Fact]
    public void A_character_may_be_cut_by_fragments()
    {
        var bytes = "😀é"u8.ToArray();
        var frames = new Frames().Feed(0x01, bytes[..1]);
        for (var i = 1; i < bytes.Length - 1; i++)
            frames.Feed(0x00, bytes[i..(i + 1)]);
        frames.Feed(0x80, bytes[^1..]);

        Assert.Equal("😀é", Encoding.UTF8.GetString(Assert.Single(frames.Found).Payload));
    }

    [Theory]
    [InlineData(0x80, 0x80)]
    [InlineData(0x00, 0x80)]
    [InlineData(0x01, 0x81)]
    [InlineData(0x02, 0x01)]
    public void A_continuation_of_nothing_and_a_message_within_a_message_are_broken_frames(byte first, byte second) =>
        Assert.Equal(1002, new Frames().Feed(first, [1]).Feed(second, [1]).Fault);

    private static byte[] Make(Random random, List<Sent> sent)
    {
        var bytes = new List<byte>();
        // Pings stay below the size of the bucket.
        var pings = 19;
        for (var messages = 1 + random.Next(5); messages > 0; messages--)
        {
            var isText = random.Next(2) == 0;
            var length = random.Next(4) switch { 0 => random.Next(3), 1 => 120 + random.Next(12), 2 => 65_530 + random.Next(12), _ => random.Next(5000) };
            var payload = new byte[length];
            if (isText)
                payload.AsSpan().Fill((byte)'x');
            else
                random.NextBytes(payload);

            var start = 0;
            var isFirst = true;
            do
            {
                if (pings > 0 && random.Next(3) == 0)
                {
                    pings--;
                    var echo = new byte[random.Next(126)];
                    random.NextBytes(echo);
                    bytes.AddRange(RawFrame.Encode(0x89, echo, (uint)random.Next()));
                    sent.Add(new Sent(FrameEventKind.Ping, echo));
                }

                var end = random.Next(3) == 0 ? payload.Length : start + random.Next(payload.Length - start + 1);
                var opcode = isFirst ? isText ? 1 : 2 : 0;
                bytes.AddRange(RawFrame.Encode((byte)(opcode | (end == payload.Length ? 0x80 : 0)), payload.AsSpan(start..end), (uint)random.Next()));
                isFirst = false;
                start = end;
                if (end == payload.Length)
                    break;
            }
            while (true);
            sent.Add(new Sent(isText ? FrameEventKind.Text : FrameEventKind.Binary, payload));
        }

        return [.. bytes];
    }
}
