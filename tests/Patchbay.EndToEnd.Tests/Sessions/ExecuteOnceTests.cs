namespace Patchbay.EndToEnd.Tests.Sessions;

/// <summary>The same request again (protocol section 6), over real sockets.</summary>
public sealed class ExecuteOnceTests
{
    [Fact]
    [Requirement("PROTO-6-21", "PROTO-6-22", "PROTO-6-23")]
    public async Task The_same_id_is_the_same_call_while_it_runs_and_afterwards()
    {
        await using var server = await TestServer.StartAsync();
        var gated = new GatedTool(server);
        var (peer, _) = await server.OpenSessionAsync();
        using var peerOwner = peer;
        const string Content = """{"a":1,"b":[true,"x"]}""";
        await peer.CallAsync("req-1", "test/gated", Content);
        await peer.CallAsync("req-1", "test/gated", Content);
        await peer.CallAsync("req-1", "test/gated", """{"a":2,"b":[true,"x"]}""");
        await peer.SendTextAsync(ResumablePeer.Request("req-1", "ping", "{}"));
        // While it runs: other content and another method are told so, and the copy gets nothing of its own.
        foreach (var what in (string[])["tools/call", "ping"])
        {
            var refused = await peer.ReadMessageAsync();
            Assert.True((string?)refused["error_code"] == "INVALID_MESSAGE_ID", what);
            Assert.Equal(what == "ping" ? null : "conflict", (string?)refused["details"]!["reason"]);
        }

        gated.Open();
        var answer = await peer.ReadMessageAsync();
        Assert.Equal(("req-1", 1), ((string?)answer["request_id"], (int)answer["result"]!["run"]!));

        // Afterwards: values are compared, not bytes; the stored answer has an id and a number of its own.
        await peer.CallAsync("req-1", "test/gated", """ { "b" : [ true , "\u0078" ] , "a" : 1.0 } """);
        var stored = await peer.ReadMessageAsync();
        Assert.Equal(answer["result"]!.ToJsonString(), stored["result"]!.ToJsonString());
        Assert.NotEqual((string?)answer["message_id"], (string?)stored["message_id"]);
        Assert.Equal((int)answer["seq"]! + 1, (int)stored["seq"]!);
        await peer.CallAsync("req-1", "test/gated", """{"a":1}""");
        Assert.Equal("conflict", (string?)(await peer.ReadMessageAsync())["details"]!["reason"]);
        Assert.Equal(1, gated.Runs);
    }

    [Fact]
    [Requirement("PROTO-6-25")]
    public async Task What_was_refused_before_its_tool_started_leaves_no_record_and_a_timeout_does()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        var gated = new GatedTool(server);
        var (peer, _) = await server.OpenSessionAsync();
        using var peerOwner = peer;
        await peer.CallAsync("req-1", "debug/sleep", """{"ms":"long"}""");
        Assert.Equal("INVALID_PARAMS", (string?)(await peer.ReadMessageAsync())["error_code"]);
        await peer.CallAsync("req-1", "debug/sleep", """{"ms":0}""");
        Assert.NotNull((await peer.ReadMessageAsync())["result"]);

        await peer.CallAsync("req-2", "test/gated", more: ",\"timeout_ms\":1000");
        await Patience.UntilAsync(() => gated.Runs == 1, "The tool runs.");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("TOOL_TIMEOUT", (string?)(await peer.ReadMessageAsync())["error_code"]);
        gated.Open();
        await peer.CallAsync("req-2", "test/gated", more: ",\"timeout_ms\":1000");
        Assert.Equal("TOOL_TIMEOUT", (string?)(await peer.ReadMessageAsync())["error_code"]);
        Assert.Equal(1, gated.Runs);
    }

    [Fact]
    [Requirement("PROTO-3-33", "PROTO-6-26", "PROTO-6-42")]
    public async Task Several_ids_with_one_key_each_get_the_answer_of_one_execution()
    {
        await using var server = await TestServer.StartAsync();
        var gated = new GatedTool(server);
        var (resumable, _) = await server.OpenSessionAsync();
        var plain = await RawPeer.OpenAsync(server.Url);
        await resumable.CallAsync("req-1", "test/gated", key: "k");
        await Patience.UntilAsync(() => gated.Runs == 1, "The tool runs.");
        await resumable.CallAsync("req-2", "test/gated", key: "k");
        await plain.CallAsync("req-3", "test/gated", key: "k");
        await plain.CallAsync("req-4", "test/gated", """{"other":true}""", key: "k");
        Assert.Equal("conflict", (string?)(await plain.AnswerAsync("req-4"))["details"]!["reason"]);
        gated.Open();
        string?[] answered = [(string?)(await resumable.ReadMessageAsync())["request_id"], (string?)(await resumable.ReadMessageAsync())["request_id"]];
        Assert.Equal(["req-1", "req-2"], answered.Order());
        Assert.Equal(1, (int)(await plain.AnswerAsync("req-3"))["result"]!["run"]!);
        await plain.CallAsync("req-5", "test/gated", key: "k");
        Assert.Equal(1, (int)(await plain.AnswerAsync("req-5"))["result"]!["run"]!);
        Assert.Equal(1, gated.Runs);
        resumable.Dispose();
        plain.Dispose();
    }

    [Theory]
    [Requirement("PROTO-6-24")]
    [InlineData(599, 1)]
    [InlineData(601, 2)]
    public async Task A_record_lives_ten_minutes(int seconds, int runs)
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        var gated = new GatedTool(server);
        gated.Open();
        using (var first = await RawPeer.OpenAsync(server.Url))
        {
            await first.CallAsync("req-1", "test/gated", key: "k");
            await first.AnswerAsync("req-1");
        }

        time.Advance(TimeSpan.FromSeconds(seconds));
        using var second = await RawPeer.OpenAsync(server.Url);
        await second.CallAsync("req-1", "test/gated", key: "k");
        Assert.Equal(runs, (int)(await second.AnswerAsync("req-1"))["result"]!["run"]!);
    }
}
