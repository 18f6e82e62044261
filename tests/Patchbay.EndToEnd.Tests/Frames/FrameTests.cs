using System.Text;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Frames;

/// <summary>A server with the contract's sizes.</summary>
public sealed class FrameServer : ServerFixture;

/// <summary>Hostile frames behind a good handshake (RFC 6455 §5 and §7; protocol sections 4, 7 and 8).</summary>
public sealed class FrameTests(FrameServer fixture) : HostileTest(fixture), IClassFixture<FrameServer>
{
    private const string Ping = """{"id":"a","method":"ping"}""";

    public static TheoryData<string> Cases => [.. FrameCase.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_broken_frame_ends_the_connection_with_its_code_and_a_violation(string what)
    {
        var hostile = FrameCase.All[what];
        using var peer = await Server.OpenAsync();
        await peer.SendAsync(hostile.Bytes);

        var (close, before) = await peer.ReadToEndAsync();
        Assert.Equal(hostile.Close, close.CloseCode);
        Assert.Equal(hostile.Error is null ? [] : [hostile.Error], before.Select(message => message.Kept().ErrorCode()));
        await ViolationsAreAsync((hostile.Violation, 1));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(4999)]
    public async Task A_close_code_that_may_be_sent_is_answered_with_a_close(int code)
    {
        using var peer = await Server.OpenAsync();
        await peer.SendCloseAsync(code);
        var (close, before) = await peer.ReadToEndAsync();
        Assert.Empty(before);
        Assert.NotEqual(1002, close.CloseCode);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_frame_that_comes_one_byte_at_a_time_is_a_frame()
    {
        using var peer = await Server.OpenAsync();
        foreach (var one in RawFrame.Encode(0x81, Encoding.UTF8.GetBytes(Ping)))
            await peer.SendAsync(new[] { one });
        Assert.NotNull((await peer.ReadMessageAsync())["result"]);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_message_of_1024_fragments_of_which_many_are_empty_is_a_message()
    {
        using var peer = await Server.OpenAsync();
        var text = Encoding.UTF8.GetBytes(Ping);
        for (var i = 0; i < 1024; i++)
            await peer.SendFrameAsync((byte)((i == 1023 ? 0x80 : 0) | (i == 0 ? 1 : 0)), i < text.Length ? text[i..(i + 1)] : []);
        Assert.NotNull((await peer.ReadMessageAsync())["result"]);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_character_split_between_fragments_with_a_ping_between_them_is_one_character()
    {
        using var peer = await Server.OpenAsync();
        var text = Encoding.UTF8.GetBytes("""{"id":"a","method":"tools/call","params":{"name":"debug/echo","arguments":{"x":"€"}}}""");
        var cut = Array.IndexOf(text, (byte)0xE2) + 1;
        await peer.SendFrameAsync(0x01, text.AsMemory(0, cut));
        await peer.SendFrameAsync(0x89, "between"u8.ToArray());
        var pong = await peer.ReadFrameAsync();
        await peer.SendFrameAsync(0x80, text.AsMemory(cut));
        Assert.Equal((10, "between"), (pong!.Opcode, pong.Text));
        Assert.Equal("€", (string?)(await peer.ReadMessageAsync())["result"]!["x"]);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task What_comes_behind_a_close_is_not_listened_to()
    {
        using var peer = await Server.OpenAsync();
        var append = """{"id":"a","method":"tools/call","params":{"name":"debug/append","arguments":{"line":"behind"}}}"""u8;
        await peer.SendAsync((byte[])[.. RawFrame.Encode(0x88, RawFrame.ClosePayload(1000)), .. RawFrame.Encode(0x81, append)]);
        var (_, before) = await peer.ReadToEndAsync();
        Assert.Empty(before);
        Assert.False(File.Exists(Path.Combine(Server.Data, "debug.log")));
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task Announced_bytes_take_no_memory()
    {
        var peers = new List<RawPeer>();
        var before = Server.ResidentBytes;
        try
        {
            // 200 peers that each announce 256 KiB, the most there may be: 50 MiB if it were believed.
            byte[] header = [0x81, 0xFF, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0];
            for (var i = 0; i < 200; i++)
            {
                peers.Add(await Server.OpenAsync());
                await peers[^1].SendAsync(header);
            }

            Assert.NotNull((await (await OpenAsync(peers)).AskAsync("ping"))["result"]);
            Assert.InRange(Server.ResidentBytes - before, long.MinValue, 40L << 20);
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }

        await ViolationsAreAsync();
    }

    private async Task<RawPeer> OpenAsync(List<RawPeer> peers)
    {
        peers.Add(await Server.OpenAsync());
        return peers[^1];
    }
}
