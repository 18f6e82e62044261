using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Server;
using Patchbay.Testing;
using Patchbay.Tools;

namespace Patchbay.AspNetCore.Tests;

/// <summary>The behaviour of sections 3 to 5 over a real socket.</summary>
public class SessionTests
{
    private sealed record Nothing;

    private sealed class Unwritable
    {
        public string Text => throw new InvalidOperationException("a secret of the tool");
    }

    [Fact]
    [Requirement("PROTO-5-02", "PROTO-5-03")]
    public async Task Hello_is_said_once()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);

        var hello = (await client.AskAsync("session/hello", """{"client":{"name":"a","version":"1"}}"""))["result"]!;
        Assert.Equal((string?)client.Welcome["data"]!["session_id"], (string?)hello["session_id"]);
        Assert.Equal(30, (int)hello["heartbeat_interval_s"]!);
        Assert.Equal("INVALID_PARAMS", Code(await client.AskAsync("session/hello", """{"client":{"name":"a","version":"1"}}""")));
    }

    [Fact]
    [Requirement("PROTO-3-20", "PROTO-3-24", "PROTO-3-25", "PROTO-3-27", "PROTO-5-04")]
    public async Task A_batch_is_answered_element_by_element_each_in_its_dialect()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);

        await client.SendAsync("""
            [{"id":"a","method":"ping"},{"id":"b"},7,
             {"protocol_version":"2.0","message_type":"request","message_id":"req-1","method":"ping"},
             {"protocol_version":"2.0","message_type":"request","message_id":"req-2","method":"session/hello","params":{"client":{"name":"a","version":"1"}}}]
            """);

        var answers = new List<JsonObject>();
        for (var i = 0; i < 5; i++)
            answers.Add((await client.ReadAsync())!);
        Assert.NotNull(answers[0]["result"]!["time"]);
        Assert.Equal(["id", "result"], answers[0].Select(member => member.Key).Order());
        Assert.Equal("INVALID_MESSAGE_FORMAT", (string?)answers[1]["error"]!["code"]);
        Assert.Equal(("INVALID_MESSAGE_FORMAT", null), (Code(answers[2]), (string?)answers[2]["request_id"]));
        Assert.Equal(["duration_ms", "execution_ms", "queue_ms"], answers[3]["metrics"]!.AsObject().Select(member => member.Key).Order());
        Assert.Equal(("INVALID_PARAMS", "req-2"), (Code(answers[4]), (string?)answers[4]["request_id"]));
    }

    [Fact]
    [Requirement("PROTO-5-13", "PROTO-5-20")]
    public async Task A_cancel_is_handled_while_the_tool_runs()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        var sleeping = await client.CallAsync("debug/sleep", """{"ms":600000}""");

        var cancel = await client.RequestAsync("requests/cancel", $$"""{"request_id":"{{sleeping}}"}""");
        var both = new[] { (await client.ReadAsync())!, (await client.ReadAsync())! };

        Assert.Equal("REQUEST_CANCELLED", Code(both.Single(message => (string?)message["request_id"] == sleeping)));
        Assert.True((bool)both.Single(message => (string?)message["request_id"] == cancel)["result"]!["cancelled"]!);
        Assert.False((bool)(await client.AskAsync("requests/cancel", $$"""{"request_id":"{{sleeping}}"}"""))["result"]!["cancelled"]!);
    }

    [Fact]
    [Requirement("PROTO-5-14")]
    public async Task An_execution_that_two_requests_wait_for_stops_when_the_second_is_cancelled_too()
    {
        await using var server = await TestServer.StartAsync();
        var started = 0;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var tool = server.Tools.Register(Tool.Create<Nothing, Nothing>("test/endless", "Waits to be cancelled.", async (_, _, cancellationToken) =>
        {
            Interlocked.Increment(ref started);
            await using var end = cancellationToken.Register(() => stopped.TrySetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new Nothing();
        }));
        using var client = await WireClient.ConnectAsync(server);
        foreach (var id in (string[])["req-a", "req-b"])
            await client.SendAsync("{\"protocol_version\":\"2.0\",\"message_type\":\"request\",\"message_id\":\"" + id
                + "\",\"method\":\"tools/call\",\"params\":{\"name\":\"test/endless\",\"arguments\":{}},\"context\":{\"idempotency_key\":\"one\"}}");
        await client.AskAsync("ping");

        await client.RequestAsync("requests/cancel", """{"request_id":"req-a"}""");
        Assert.Equal("REQUEST_CANCELLED", Code(await client.AnswerAsync("req-a")));
        await client.AskAsync("ping");
        Assert.False(stopped.Task.IsCompleted);

        await client.RequestAsync("requests/cancel", """{"request_id":"req-b"}""");
        Assert.Equal("REQUEST_CANCELLED", Code(await client.AnswerAsync("req-b")));
        await stopped.Task.Bounded();
        Assert.Equal(1, started);
    }

    [Fact]
    [Requirement("PROTO-5-19")]
    public async Task The_sixty_fifth_call_is_refused_and_a_ping_takes_no_place()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        var first = await client.CallAsync("debug/sleep", """{"ms":600000}""");
        for (var i = 1; i < 64; i++)
            await client.CallAsync("debug/sleep", """{"ms":600000}""");

        var refused = await client.AnswerAsync(await client.CallAsync("debug/echo"));
        Assert.Equal("SERVER_OVERLOADED", Code(refused));
        Assert.True((bool)refused["details"]!["retryable"]!);
        Assert.NotNull((await client.AskAsync("ping"))["result"]);

        await client.AskAsync("requests/cancel", $$"""{"request_id":"{{first}}"}""");
        // The place is free when the cancelled tool has returned; a call may come a moment before.
        await Patience.UntilAsync(() => client.AnswerAsync(client.CallAsync("debug/echo").GetAwaiter().GetResult()).GetAwaiter().GetResult()["result"] is not null, "a free place");
    }

    [Theory]
    [InlineData(50, 49, false)]
    [InlineData(50, 200, true)]
    [InlineData(null, 29_000, false)]
    [InlineData(null, 31_000, true)]
    [Requirement("PROTO-5-22")]
    public async Task A_call_ends_with_its_time(int? timeout, int elapsed, bool isOver)
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        using var client = await WireClient.ConnectAsync(server);
        var id = await client.CallAsync("debug/sleep", """{"ms":600000}""", timeout is { } ms ? $",\"timeout_ms\":{ms}" : "");
        await client.AskAsync("ping");

        time.Advance(TimeSpan.FromMilliseconds(elapsed));

        if (isOver)
        {
            Assert.Equal("TOOL_TIMEOUT", Code(await client.AnswerAsync(id)));
            return;
        }

        await client.RequestAsync("ping", id: "req-after");
        Assert.Equal("req-after", (string?)(await client.ReadAsync())!["request_id"]);
    }

    [Fact]
    [Requirement("PROTO-7-03")]
    public async Task A_tool_that_throws_or_returns_what_cannot_be_written_is_an_internal_error_without_its_text()
    {
        await using var server = await TestServer.StartAsync();
        server.Tools.Register(Tool.Create<Nothing, Nothing>("test/throws", "Throws.", (_, _, _) => throw new InvalidOperationException("a secret of the tool")));
        server.Tools.Register(Tool.Create<Nothing, Unwritable>("test/unwritable", "Returns what cannot be written.", (_, _, _) => ValueTask.FromResult<ToolResult<Unwritable>>(new Unwritable())));
        using var client = await WireClient.ConnectAsync(server);

        foreach (var tool in (string[])["test/throws", "test/unwritable"])
        {
            var answer = await client.AnswerAsync(await client.CallAsync(tool));
            Assert.Equal("INTERNAL_ERROR", Code(answer));
            Assert.NotNull((string?)answer["details"]!["correlation_id"]);
            Assert.DoesNotContain("secret", answer.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.NotNull((await client.AskAsync("ping"))["result"]);
    }

    [Fact]
    public async Task A_tool_that_is_added_or_removed_while_the_server_runs_is_announced_and_seen()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        await client.AskAsync("events/subscribe", """{"event_types":["tools_changed"]}""");

        var registration = server.Tools.Register(Tool.Create<Nothing, Nothing>("test/new", "New.", (_, _, _) => ValueTask.FromResult<ToolResult<Nothing>>(new Nothing())));
        await client.EventAsync("tools_changed");
        Assert.NotNull((await client.AnswerAsync(await client.CallAsync("test/new")))["result"]);

        registration.Dispose();
        await client.EventAsync("tools_changed");
        Assert.Equal("TOOL_NOT_FOUND", Code(await client.AnswerAsync(await client.CallAsync("test/new"))));
    }

    [Fact]
    [Requirement("PROTO-5-27")]
    public async Task A_stream_comes_in_order_and_ends_with_its_count()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        var id = await client.CallAsync("debug/stream", """{"chunks":200,"bytes":10}""", ",\"stream\":true");

        for (var i = 0; i < 200; i++)
        {
            var data = (await client.ReadAsync())!["data"]!;
            Assert.Equal((id, i, 10), ((string?)data["request_id"], (int)data["index"]!, ((string)data["chunk"]!).Length));
        }

        Assert.Equal("""{"chunks":200}""", (await client.ReadAsync())!["result"]!.ToJsonString());
    }

    /// <summary>32 MiB are asked for and not read: what the server holds of them stays near its bound of 1 MiB, and all of it comes once it is read.</summary>
    [Fact]
    [Requirement("PROTO-5-29")]
    public async Task A_slow_reader_slows_its_stream_down_and_memory_stays_bounded()
    {
        const int Chunks = 512;
        await using var server = await TestServer.StartAsync();
        using var peer = await RawPeer.OpenAsync(server.Url, receiveBytes: 16_384);
        using var other = await WireClient.ConnectAsync(server);
        await peer.SendTextAsync("""{"id":"s","method":"tools/call","params":{"name":"debug/stream","arguments":{"chunks":512,"bytes":65536},"stream":true,"timeout_ms":300000}}""");

        // A ping that was answered after the stream began: it had its chance to run ahead.
        for (var i = 0; i < 50; i++)
            await other.AskAsync("ping");
        var session = server.Services.GetRequiredService<Engine>().Sessions.All.First(one => one.Received == 1);
        await Patience.UntilAsync(() => session.Connection is { HasRoom: false } || session.Outbox.Sent > 5, "the stream to fill its bound");
        // Queue 1 MiB, Kestrel's buffer, the sockets' buffers of a few MiB at most; never all 32 MiB.
        Assert.InRange(session.Outbox.Sent, 1, Chunks / 2);

        for (var i = 0; i < Chunks; i++)
            Assert.Equal(i, (int)(await peer.ReadMessageAsync())["data"]!["index"]!);
        Assert.Equal(Chunks, (int)(await peer.ReadMessageAsync())["result"]!["chunks"]!);
    }

    [Fact]
    [Requirement("PROTO-5-28")]
    public async Task Progress_rises_to_its_total_before_the_answer()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        var id = await client.CallAsync("debug/progress", """{"steps":20,"delay_ms":1}""");

        var last = 0;
        JsonObject message;
        while ((message = (await client.ReadAsync())!)["data"] is { } data)
        {
            Assert.Equal((id, 20), ((string?)data["request_id"], (int)data["total"]!));
            Assert.True((int)data["progress"]! > last);
            last = (int)data["progress"]!;
        }

        Assert.InRange(last, 1, 20);
        Assert.Equal("""{"steps":20}""", message["result"]!.ToJsonString());
    }

    [Fact]
    [Requirement("PROTO-5-06")]
    public async Task A_session_that_is_closed_by_request_is_answered()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);

        Assert.Equal("{}", (await client.AskAsync("session/close"))["result"]!.ToJsonString());
    }

    internal static string? Code(JsonObject message) => (string?)message["error_code"];
}
