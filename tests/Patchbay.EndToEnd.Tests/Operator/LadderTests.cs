using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Operator;

/// <summary>The rate limit and the ladder of penalties, seen from outside (protocol section 8).</summary>
public sealed class LadderTests
{
    private static readonly (string, string)[] Strict = [("RateLimit__MessagesPerMinute", "5"), ("RateLimit__Penalties", "true")];

    [Fact]
    [Requirement("PROTO-8-11")]
    public async Task All_connections_of_a_key_share_its_limit_and_a_new_one_does_not_renew_it()
    {
        await using var server = await ServerProcess.StartAsync([.. Strict]);
        using var one = await server.OpenAsync();
        using var two = await server.OpenAsync();
        for (var i = 0; i < 5; i++)
            Assert.NotNull((await (i % 2 == 0 ? one : two).AskAsync("ping"))["result"]);

        using var three = await server.OpenAsync();
        var refused = await three.AskAsync("ping");
        Assert.Equal("RATE_LIMIT_EXCEEDED", refused.ErrorCode());
        var details = refused.Details();
        Assert.Equal((5, 60_000, 0, 1, true), ((int)details["limit"]!, (int)details["window_ms"]!, (int)details["remaining"]!, (int)details["penalty_level"]!, (bool)details["retryable"]!));
        Assert.InRange((long)details["retry_after_ms"]!, 1, 60_000);
        using var bystander = await server.OpenAsync(server.Keys.PlainKey);
        Assert.NotNull((await bystander.AskAsync("ping"))["result"]);
    }

    [Fact]
    [Requirement("PROTO-8-03")]
    public async Task Heartbeats_acks_audio_frames_and_http_requests_are_not_counted()
    {
        await using var server = await ServerProcess.StartAsync(("RateLimit__MessagesPerMinute", "4"));
        using var peer = await server.OpenAsync();
        await peer.AskAsync("session/hello", """{"client":{"name":"t","version":"1"},"resumable":true}""");
        var stream = (await peer.CallAsync("audio/open", """{"codec":"s16le","sample_rate":8000,"channels":1}"""))["result"]!;
        for (uint i = 0; i < 15; i++)
        {
            var frame = new byte[16 + 320];
            frame[0] = 1;
            BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(2), (ushort)stream["stream_no"]!);
            BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), i);
            BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(8), i * 160UL);
            await peer.SendFrameAsync(0x82, frame);
        }

        for (var i = 0; i < 5; i++)
        {
            await peer.SendTextAsync(Peers.Envelope("heartbeat", $"hb-{i}", ""","client_id":"t","uptime":1"""));
            await peer.SendTextAsync(Peers.Envelope("event", $"evt-{i}", ""","event_type":"ack","data":{"seq":2}"""));
            Assert.Equal(200, (await server.GetAsync("/api/mcp/status")).Status);
        }

        Assert.NotNull((await peer.AskAsync("ping"))["result"]);
        Assert.NotNull((await peer.AskAsync("ping"))["result"]);
        Assert.Equal("RATE_LIMIT_EXCEEDED", (await peer.AskAsync("ping")).ErrorCode());
    }

    [Fact]
    public async Task A_batch_is_counted_message_by_message()
    {
        await using var server = await ServerProcess.StartAsync(("RateLimit__MessagesPerMinute", "5"));
        using var peer = await server.OpenAsync();
        await peer.SendTextAsync("[" + string.Join(',', Enumerable.Range(0, 8).Select(i => $$"""{"id":"b{{i}}","method":"ping"}""")) + "]");
        var answers = new List<JsonObject>();
        while (answers.Count < 8)
            answers.Add(await peer.ReadMessageAsync());
        Assert.Equal((5, 3), (answers.Count(answer => answer["result"] is not null), answers.Count(answer => answer.ErrorCode() == "RATE_LIMIT_EXCEEDED")));
    }

    [Fact]
    [Requirement("PROTO-2-17", "PROTO-8-10", "PROTO-8-14")]
    public async Task Who_keeps_on_is_banned_through_reconnect_and_crash_until_the_operator_clears_it()
    {
        await using var server = await ServerProcess.StartAsync([.. Strict]);
        using var bystander = await server.OpenAsync(server.Keys.PlainKey);
        using var idle = await server.OpenAsync();
        using var flooder = await server.OpenAsync();
        var ending = flooder.ReadToEndAsync();
        for (var i = 0; !ending.IsCompleted; i++)
        {
            // Ten a second: enough for every step, which come five seconds apart.
            try
            {
                await flooder.SendTextAsync($$"""{"id":"f{{i}}","method":"ping"}""");
            }
            catch (IOException)
            {
                break;
            }

            await Task.WhenAny(ending, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System));
        }

        var (close, before) = await ending;
        Assert.Equal(4429, close.CloseCode);
        Assert.Matches(@"retry_after_ms=\d+", close.CloseReason);
        var levels = before.Where(answer => answer.ErrorCode() == "RATE_LIMIT_EXCEEDED").Select(answer => (int)answer.Details()["penalty_level"]!).ToArray();
        Assert.Equal(levels.Order(), levels);
        Assert.Equal([1, 2, 3], levels.Distinct());
        Assert.Equal(4429, (await idle.ReadToEndAsync()).Close.CloseCode);
        Assert.NotNull((await bystander.AskAsync("ping"))["result"]);
        await IsBannedAsync(server);

        var listed = Assert.Single((await HostProgram.RunAsync(server.Data, "penalties", "list", "--json")).Json.AsArray())!;
        Assert.Equal(3, (int)listed["level"]!);
        await server.KillAsync();
        await using var next = await ServerProcess.StartOnAsync(server.Data, ownsData: false, [.. Strict]);
        await IsBannedAsync(next);

        var cleared = await HostProgram.RunAsync(server.Data, "penalties", "clear", (string)listed["key_id"]!, "--json");
        Assert.True(cleared.ExitCode == 0 && (bool)cleared.Json["cleared"]!, cleared.Error);
        var status = 0;
        var since = TimeProvider.System.GetTimestamp();
        while (status != 200 && TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(5))
            status = (await next.GetAsync("/api/mcp/status")).Status;
        Assert.Equal(200, status);
    }

    [Fact]
    [Requirement("PROTO-8-22")]
    public async Task Three_connections_closed_for_invalid_messages_ban_the_key()
    {
        await using var server = await ServerProcess.StartAsync(("RateLimit__Penalties", "true"));
        for (var round = 0; round < 3; round++)
        {
            using var peer = await server.OpenAsync();
            for (var i = 0; i < 11; i++)
                await peer.SendTextAsync("{");
            Assert.Equal(4400, (await peer.ReadToEndAsync()).Close.CloseCode);
        }

        await IsBannedAsync(server);
    }

    private static async Task IsBannedAsync(ServerProcess server)
    {
        using var peer = await RawPeer.ConnectAsync(server.Url);
        var answer = await peer.HandshakeAsync();
        Assert.Equal((429, "RATE_LIMIT_EXCEEDED"), (answer.Status, answer.ErrorCode));
        Assert.InRange(int.Parse(answer.Headers["Retry-After"]), 1, 60);
    }
}
