using System.Net;
using Patchbay.Testing;

namespace Patchbay.AspNetCore.Tests;

/// <summary>Signs of life, the clock, faults on the wire, and the end of a server.</summary>
public class LifeTests
{
    [Fact]
    [Requirement("PROTO-9-09")]
    public async Task A_heartbeat_is_answered_with_its_id()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);

        await client.SendAsync("""{"protocol_version":"2.0","message_type":"heartbeat","message_id":"hb-7","client_id":"c","uptime":1.5}""");

        var answer = (await client.ReadAsync())!;
        Assert.Equal(("heartbeat", "hb-7"), ((string?)answer["message_type"], (string?)answer["metrics"]!["echo"]));
    }

    [Fact]
    [Requirement("PROTO-9-10", "PROTO-9-11", "PROTO-7-08")]
    public async Task A_silent_peer_is_pinged_after_the_interval_and_closed_after_forty_seconds()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        using var peer = await RawPeer.OpenAsync(server.Url);

        time.Advance(TimeSpan.FromSeconds(32));
        Assert.Equal(9, (await peer.ReadFrameAsync())!.Opcode);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("HEARTBEAT_TIMEOUT", (string?)(await peer.ReadMessageAsync())["error_code"]);
        Assert.Equal(4408, (await peer.ReadFrameAsync())!.CloseCode);
    }

    [Fact]
    [Requirement("PROTO-9-11")]
    public async Task A_peer_that_answers_pings_stays()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        using var peer = await RawPeer.OpenAsync(server.Url);

        for (var round = 0; round < 3; round++)
        {
            time.Advance(TimeSpan.FromSeconds(32));
            Assert.Equal(9, (await peer.ReadFrameAsync())!.Opcode);
            await peer.SendFrameAsync(0x8A, ReadOnlyMemory<byte>.Empty);
            // An answer to a ping of our own shows that the pong before it has been read.
            await peer.SendFrameAsync(0x89, ReadOnlyMemory<byte>.Empty);
            Assert.Equal(10, (await peer.ReadFrameAsync())!.Opcode);
        }
    }

    [Fact]
    [Requirement("PROTO-5-25")]
    public async Task Status_comes_every_five_seconds_with_its_six_figures()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        using var client = await WireClient.ConnectAsync(server);
        await client.AskAsync("events/subscribe", """{"event_types":["status_update"]}""");

        for (var round = 0; round < 2; round++)
        {
            for (var second = 0; second < 5; second++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await client.AskAsync("ping");
            }
        }

        time.Advance(TimeSpan.FromSeconds(5));
        var data = (await client.EventAsync("status_update"))["data"]!.AsObject();
        Assert.Equal(["active_connections", "cpu_percent", "error_rate", "memory_percent", "messages_per_second", "uptime_s"], data.Select(member => member.Key).Order());
        Assert.Equal(1, (int)data["active_connections"]!);
    }

    public static TheoryData<string, int, string?> Faults => new()
    {
        { Convert.ToHexString(RawFrame.Encode(0xC1, "{}"u8)), 1002, null },
        { Convert.ToHexString(RawFrame.Encode(0x81, "{}"u8, mask: null)), 1002, null },
        { Convert.ToHexString(RawFrame.Encode(0x82, [1, 2, 3])), 1003, null },
        { Convert.ToHexString(RawFrame.Encode(0x81, [0xFF])), 1007, null },
        { "81FF400000000000000001020304", 1009, "MESSAGE_TOO_LARGE" },
        { Convert.ToHexString([.. Enumerable.Repeat(RawFrame.Encode(0x8A, []), 21).SelectMany(frame => frame)]), 1008, "SECURITY_VIOLATION" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    [Requirement("PROTO-3-30", "PROTO-4-02", "PROTO-7-08", "PROTO-7-09", "PROTO-7-10", "PROTO-8-24")]
    public async Task A_fault_on_the_wire_gets_its_code_and_the_error_that_belongs_to_it(string bytes, int code, string? error)
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await RawPeer.OpenAsync(server.Url);

        await peer.SendAsync(Convert.FromHexString(bytes));

        var (close, before) = await peer.ReadToEndAsync();
        Assert.Equal(code, close.CloseCode);
        Assert.Equal(error is null ? [] : [error], before.Select(message => (string?)message["error_code"]));
    }

    [Fact]
    [Requirement("PROTO-8-21")]
    public async Task The_eleventh_invalid_message_closes_the_connection()
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await RawPeer.OpenAsync(server.Url);
        for (var i = 0; i < 10; i++)
        {
            await peer.SendTextAsync("{");
            Assert.Equal("INVALID_MESSAGE_FORMAT", (string?)(await peer.ReadMessageAsync())["error_code"]);
        }

        await peer.SendTextAsync("{");

        var (close, before) = await peer.ReadToEndAsync();
        Assert.Equal(4400, close.CloseCode);
        Assert.Equal("INVALID_MESSAGE_FORMAT", (string?)before[^1]["error_code"]);
    }

    [Fact]
    [Requirement("PROTO-5-23")]
    public async Task A_fin_without_a_close_ends_the_session()
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await RawPeer.OpenAsync(server.Url);
        await peer.SendTextAsync("""{"id":"s","method":"tools/call","params":{"name":"debug/sleep","arguments":{"ms":600000}}}""");

        peer.FinishSending();

        using var http = server.Http();
        await Patience.UntilAsync(() => http.GetStringAsync("/api/mcp/status").GetAwaiter().GetResult().Contains("\"active\":0", StringComparison.Ordinal), "the end of the session");
    }

    [Fact]
    [Requirement("PROTO-1-07", "PROTO-2-18", "PROTO-6-36")]
    public async Task A_server_that_drains_tells_refuses_waits_for_its_calls_and_closes_with_1012()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        using var http = server.Http();
        var running = await client.CallAsync("debug/sleep", """{"ms":1500}""");
        await client.AskAsync("ping");

        var stopping = server.StopAsync();
        var draining = await client.EventAsync("server.draining");
        Assert.InRange((int)draining["data"]!["reconnect_after_ms"]!, 1000, 2000);
        using (var ready = await http.GetAsync("/health/ready").Bounded())
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        using (var peer = await RawPeer.ConnectAsync(server.Url))
            Assert.Equal((503, "SERVER_OVERLOADED"), await peer.HandshakeAsync() is var answer ? (answer.Status, answer.ErrorCode) : default);
        var refused = await client.AskAsync("ping");
        Assert.Equal(("SERVER_OVERLOADED", "draining"), ((string?)refused["error_code"], (string?)refused["details"]!["reason"]));

        Assert.Equal(1500, (int)(await client.AnswerAsync(running))["result"]!["slept_ms"]!);
        Assert.Equal(1012, (await client.EndAsync()).Code);
        await client.CloseAsync();
        await stopping.Bounded();
    }
}
