using System.Net.WebSockets;
using System.Text;
using Patchbay.Protocol.Errors;
using Patchbay.Testing;

namespace Patchbay.Transport.Tests;

public class ConnectionTests
{
    [Fact]
    public async Task A_peer_that_is_not_ours_gets_its_texts_back_whole_and_in_order()
    {
        Pair? pair = null;
        using var echo = pair = new Pair(new Recorder { OnEach = text => pair!.Send(text) });
        pair.Start();
        using var peer = pair.Peer();
        var texts = Enumerable.Range(0, 20).Select(i => new string((char)('a' + i), i * 997)).ToArray();

        var sending = Task.Run(async () =>
        {
            foreach (var text in texts)
                await peer.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
        });
        foreach (var text in texts)
            Assert.Equal(text, await ReadTextAsync(peer));
        await sending.Bounded();

        await peer.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Bounded();
        Assert.Equal(new ConnectionEnd(1000, ByPeer: true), await pair.Run.Bounded());
    }

    [Fact]
    public async Task A_binary_message_is_handed_over_whole()
    {
        using var pair = new Pair().Start();
        using var peer = pair.Peer();
        var payload = Enumerable.Range(0, 200_000).Select(i => (byte)i).ToArray();

        await peer.SendAsync(payload.AsMemory(0, 100_000), WebSocketMessageType.Binary, false, CancellationToken.None).AsTask().Bounded();
        await peer.SendAsync(payload.AsMemory(100_000), WebSocketMessageType.Binary, true, CancellationToken.None).AsTask().Bounded();

        await Patience.UntilAsync(() => !pair.Handler.Binaries.IsEmpty, "the message");
        Assert.Equal(payload, Assert.Single(pair.Handler.Binaries));
    }

    [Fact]
    public async Task A_ping_is_answered_with_its_own_payload()
    {
        using var pair = new Pair().Start();

        await pair.WriteAsync(0x89, [1, 2, 3]);

        var pong = await pair.ReadAsync();
        Assert.Equal(0x8A, pong!.First);
        Assert.Equal([1, 2, 3], pong.Payload);
    }

    [Fact]
    public async Task A_ping_within_a_fragmented_message_is_answered_before_the_message_is_whole()
    {
        using var pair = new Pair().Start();

        await pair.WriteAsync(0x01, "he"u8.ToArray());
        await pair.WriteAsync(0x89, []);
        Assert.Equal(0x8A, (await pair.ReadAsync())!.First);
        await pair.WriteAsync(0x80, "llo"u8.ToArray());

        await Patience.UntilAsync(() => !pair.Handler.Texts.IsEmpty, "the message");
        Assert.Equal("hello", Assert.Single(pair.Handler.Texts));
    }

    public static TheoryData<string, int> Faults => new()
    {
        { Convert.ToHexString(RawFrame.Encode(0xC1, "{}"u8)), 1002 },
        { Convert.ToHexString(RawFrame.Encode(0x83, "{}"u8)), 1002 },
        { Convert.ToHexString(RawFrame.Encode(0x81, "{}"u8, mask: null)), 1002 },
        { Convert.ToHexString(RawFrame.Encode(0x80, "{}"u8)), 1002 },
        { Convert.ToHexString(RawFrame.Encode(0x88, [3])), 1002 },
        { Convert.ToHexString(RawFrame.Encode(0x88, RawFrame.ClosePayload(1005))), 1002 },
        { Convert.ToHexString(RawFrame.Encode(0x81, [0xC0, 0x80])), 1007 },
        { "81FF400000000000000001020304", 1009 },
        { Convert.ToHexString([.. Enumerable.Repeat(RawFrame.Encode(0x89, []), 21).SelectMany(frame => frame)]), 1008 },
        { Convert.ToHexString([.. RawFrame.Encode(0x01, []), .. Enumerable.Repeat(RawFrame.Encode(0x00, []), 1024).SelectMany(frame => frame)]), 1008 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    [Requirement("PROTO-7-09", "PROTO-7-10")]
    public async Task Every_fault_is_told_to_the_handler_and_its_code_reaches_the_peer(string bytes, int code)
    {
        using var pair = new Pair().Start();

        await pair.Client.WriteAsync(Convert.FromHexString(bytes)).AsTask().Bounded();

        RawFrame? frame;
        while ((frame = await pair.ReadAsync())!.Opcode != 8)
            Assert.Equal(0xA, frame.Opcode);
        Assert.Equal(code, frame.CloseCode);
        await pair.WriteAsync(0x88, RawFrame.ClosePayload(code));
        Assert.Null(await pair.ReadAsync());
        Assert.Equal(new ConnectionEnd(code, ByPeer: false), await pair.Run.Bounded());
        Assert.Equal(code, Assert.Single(pair.Handler.Faults).Code);
    }

    /// <summary>The peer goes on sending and never answers: after 250 ms on the clock the end comes all the same.</summary>
    [Fact]
    [Requirement("PROTO-7-10")]
    public async Task A_peer_that_does_not_answer_a_close_has_250_milliseconds()
    {
        var time = new ManualTime();
        using var pair = new Pair(time: time).Start();
        pair.Connection.Close(CloseCodes.HeartbeatTimeout);
        Assert.Equal(4408, (await pair.ReadAsync())!.CloseCode);
        await pair.WriteAsync(0x81, "too late"u8.ToArray());

        time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(pair.Run.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new ConnectionEnd(4408, ByPeer: false), await pair.Run.Bounded());
        Assert.Empty(pair.Handler.Texts);
    }

    [Fact]
    public async Task What_was_sent_before_a_close_arrives_before_it_and_nothing_arrives_behind_it()
    {
        using var pair = new Pair().Start();
        pair.Connection.Send(Pair.Message("last words"));
        pair.Connection.Close(CloseCodes.Restart, "soon again");
        pair.Send("too late");

        Assert.Equal("last words", (await pair.ReadAsync())!.Text);
        var close = (await pair.ReadAsync())!;
        Assert.Equal((1012, "soon again"), (close.CloseCode, close.CloseReason));
        await pair.WriteAsync(0x88, close.Payload);
        Assert.Null(await pair.ReadAsync());
        Assert.Equal(new ConnectionEnd(1012, ByPeer: false), await pair.Run.Bounded());
    }

    [Fact]
    public async Task The_first_close_decides()
    {
        using var pair = new Pair().Start();
        pair.Connection.Close(CloseCodes.Replaced);
        pair.Connection.Close(CloseCodes.Restart);

        Assert.Equal(4409, (await pair.ReadAsync())!.CloseCode);
        await pair.WriteAsync(0x88, RawFrame.ClosePayload(1000));
        Assert.Equal(4409, (await pair.Run.Bounded()).Code);
    }

    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(1001, 1001)]
    [InlineData(4999, 4999)]
    public async Task A_peer_that_closes_gets_its_own_code_back(int code, int answer)
    {
        using var pair = new Pair().Start();

        await pair.WriteAsync(0x88, RawFrame.ClosePayload(code));

        Assert.Equal(answer, (await pair.ReadAsync())!.CloseCode);
        Assert.Null(await pair.ReadAsync());
        Assert.Equal(new ConnectionEnd(code, ByPeer: true), await pair.Run.Bounded());
    }

    /// <summary>RFC 6455 §7.1.5: a Close without a code counts as 1005.</summary>
    [Fact]
    public async Task A_close_without_a_code_is_a_normal_end()
    {
        using var pair = new Pair().Start();

        await pair.WriteAsync(0x88, []);

        Assert.Equal(1000, (await pair.ReadAsync())!.CloseCode);
        Assert.Equal(new ConnectionEnd(1005, ByPeer: true), await pair.Run.Bounded());
    }

    [Fact]
    public async Task A_peer_that_is_gone_without_a_close_is_lost()
    {
        using var pair = new Pair().Start();

        await pair.Client.DisposeAsync();

        Assert.Equal(new ConnectionEnd(ConnectionEnd.Lost, ByPeer: true), await pair.Run.Bounded());
    }

    [Fact]
    public async Task A_connection_that_is_aborted_ends_without_a_close()
    {
        using var pair = new Pair().Start();

        pair.Connection.Abort();

        Assert.Equal(ConnectionEnd.Lost, (await pair.Run.Bounded()).Code);
        Assert.Null(await pair.ReadAsync());
    }

    [Fact]
    public async Task A_handler_that_throws_ends_the_connection_with_1011()
    {
        using var pair = new Pair(new Recorder { OnEach = _ => throw new InvalidOperationException("a broken promise") }).Start();

        await pair.WriteAsync(0x81, "x"u8.ToArray());

        Assert.Equal(1011, (await pair.ReadAsync())!.CloseCode);
        Assert.Null(await pair.ReadAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Run.Bounded());
    }

    private static async Task<string> ReadTextAsync(WebSocket peer)
    {
        var text = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var part = await peer.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask().Bounded();
            Assert.Equal(WebSocketMessageType.Text, part.MessageType);
            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(text.ToArray());
        }
    }
}
