using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;
using Patchbay.Testing.Models;

namespace Patchbay.EndToEnd.Tests.Models;

/// <summary>Models through the real server: over its WebSocket, to a real model server.</summary>
public sealed class ModelTests(ModelServers servers) : IClassFixture<ModelServers>
{
    private const string Ask = """{"model":"small","messages":[{"role":"user","content":"Say hello"}]}""";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task An_answer_comes_in_chunks_and_then_whole()
    {
        servers.Upstream.OnChat(exchange => exchange.EventsAsync([.. Chunk.Good]));
        using var peer = await servers.Server.OpenAsync();
        await StartAsync(peer, "ask", ",\"stream\":true");
        var chunks = new List<JsonNode>();
        JsonObject message;
        while ((string?)(message = await peer.ReadMessageAsync())["event_type"] == "tool.chunk")
            chunks.Add(message["data"]!);
        message.Kept();

        var result = message["result"]!;
        Assert.Equal("Hello, world", (string?)result["text"]);
        Assert.Equal("Hello, world", string.Concat(chunks.Select(chunk => (string?)chunk["chunk"])));
        Assert.Equal(Enumerable.Range(0, chunks.Count), chunks.Select(chunk => (int)chunk["index"]!));
        Assert.Equal(chunks.Count, (int?)result["chunks"]);
        Assert.Equal("stop", (string?)result["finish_reason"]);
        Assert.Equal(9, (int?)result["usage"]!["input_tokens"]);
        Assert.Equal(3, (int?)result["usage"]!["output_tokens"]);
        Assert.NotNull(result["timings"]!["time_to_first_token_ms"]);
    }

    [Fact]
    public async Task A_call_of_a_model_is_on_the_metrics_page_with_its_time_and_tokens()
    {
        servers.Upstream.OnChat(exchange => exchange.EventsAsync([.. Chunk.Good]));
        using var peer = await servers.Server.OpenAsync();
        await StartAsync(peer, "ask", ",\"stream\":true");
        while ((string?)(await peer.ReadMessageAsync())["event_type"] == "tool.chunk")
        {
            // Up to the answer.
        }

        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-API-Key", TestServer.Key);
        var lines = (await http.GetStringAsync(new Uri(servers.Server.Url, "/metrics")).Bounded()).Split('\n');
        foreach (var name in (string[])["gen_ai_client_operation_duration_seconds_count", "gen_ai_client_operation_time_to_first_chunk_seconds_count", "gen_ai_client_token_usage_sum"])
            Assert.Contains(lines, line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains("\"tiny\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_server_in_trouble_is_told_to_subscribers_once()
    {
        await using var server = await ServerProcess.StartAsync(
            ("Models__Upstreams__down__BaseUrl", "http://127.0.0.1:9/v1"), ("Models__Upstreams__down__Models__0__Id", "lost"), ("Models__Upstreams__down__BreakerFailures", "2"));
        using var watcher = await server.OpenAsync();
        await watcher.AskAsync("diagnostics/subscribe", """{"level":"error","components":["models"]}""");
        using var peer = await server.OpenAsync();
        for (var i = 0; i < 4; i++)
            Assert.NotNull((await peer.CallAsync("models/chat", """{"model":"lost","messages":[{"role":"user","content":"?"}]}""")).ErrorCode());

        var told = await watcher.ReadMessageAsync();
        Assert.Equal(("diagnostic", "error", "models", "down"), ((string?)told["message_type"], (string?)told["level"], (string?)told["component"], (string?)told["details"]!["upstream"]));
        await watcher.SendTextAsync("""{"id":"after","method":"ping"}""");
        Assert.Equal("after", (string?)(await watcher.ReadMessageAsync())["id"]);
    }

    [Fact]
    public async Task The_first_chunk_is_there_while_the_model_still_writes()
    {
        servers.Upstream.OnChat(async exchange =>
        {
            await exchange.EventsAsync(Chunk.Text("Hello"));
            await exchange.Gate.Task;
            await exchange.RawAsync($"data: {Chunk.Stop}\n\ndata: [DONE]\n\n");
        });
        var before = servers.Upstream.Chats.Count;
        using var peer = await servers.Server.OpenAsync();
        await StartAsync(peer, "ask", ",\"stream\":true");

        Assert.Equal("Hello", (string?)(await peer.ReadMessageAsync())["data"]!["chunk"]);
        (await servers.Upstream.ChatAsync(before + 1)).Gate.SetResult();
        Assert.Equal("Hello", (string?)(await peer.ReadMessageAsync())["result"]!["text"]);
    }

    [Fact]
    public async Task A_cancel_reaches_the_model_server_within_a_second()
    {
        var (peer, exchange) = await HangingAsync("");
        using (peer)
        {
            var since = TimeProvider.System.GetTimestamp();
            await peer.SendTextAsync("""{"id":"stop","method":"requests/cancel","params":{"request_id":"ask"}}""");
            await exchange.Gone.Bounded();

            Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, Soon);
            Assert.Contains("REQUEST_CANCELLED", (await peer.ReadMessageAsync()).ToJsonString() + (await peer.ReadMessageAsync()).ToJsonString());
        }
    }

    [Fact]
    public async Task A_client_that_goes_ends_the_request_within_a_second()
    {
        var (peer, exchange) = await HangingAsync("");
        var since = TimeProvider.System.GetTimestamp();
        peer.Reset();
        await exchange.Gone.Bounded();

        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, Soon);
        peer.Dispose();
    }

    [Fact]
    public async Task The_time_of_the_call_ends_the_request()
    {
        var (peer, exchange) = await HangingAsync(",\"timeout_ms\":100");
        using (peer)
        {
            Assert.Equal("TOOL_TIMEOUT", (await peer.ReadMessageAsync()).Kept().ErrorCode());
            await exchange.Gone.Bounded();
        }
    }

    [Fact]
    public async Task A_model_server_that_fails_is_a_clear_error_without_its_address()
    {
        servers.Upstream.OnChat(exchange => exchange.JsonAsync("""{"error":{"message":"out of memory","type":"server_error"}}""", 500));
        using var peer = await servers.Server.OpenAsync();
        var failed = (await peer.CallAsync("models/chat", Ask)).Kept();
        Assert.Equal("TOOL_EXECUTION_FAILED", failed.ErrorCode());
        Assert.Equal("out of memory", (string?)failed.Details()["provider_message"]);
        var lost = (await peer.CallAsync("models/chat", Ask.Replace("small", "lost"))).Kept();

        Assert.Equal("unreachable", (string?)lost.Details()["reason"]);
        Assert.False((bool?)lost.Details()["retryable"]);
        Assert.DoesNotContain("127.0.0.1", failed.ToJsonString() + lost.ToJsonString());
    }

    [Fact]
    public async Task The_list_has_the_models_of_the_server_and_the_one_that_hears_speech()
    {
        using var peer = await servers.Server.OpenAsync();
        var list = (await peer.CallAsync("models/list")).Kept()["result"]!;
        var models = list["models"]!.AsArray().ToDictionary(model => (string)model!["id"]!, model => model!);

        Assert.Equal(["lost", "silero-vad", "tiny"], models.Keys.Order());
        Assert.Equal(("local", "ready", "vad"), ((string?)models["silero-vad"]["source"], (string?)models["silero-vad"]["status"], (string?)models["silero-vad"]["capabilities"]![0]));
        Assert.Equal(("upstream", "chat", "up"), ((string?)models["tiny"]["source"], (string?)models["tiny"]["capabilities"]![0], (string?)models["tiny"]["provider"]));
    }

    [Fact]
    public async Task Only_the_scope_models_opens_the_tools()
    {
        servers.Upstream.OnChat(exchange => exchange.EventsAsync([.. Chunk.Good]));
        var (_, allowed) = await HostProgram.CreateKeyAsync(servers.Server.Data, "--name", "asker", "--scopes", "models");
        var (_, other) = await HostProgram.CreateKeyAsync(servers.Server.Data, "--name", "listener", "--scopes", "audio");
        using var asker = await OpenWhenKnownAsync(allowed);
        using var listener = await OpenWhenKnownAsync(other);

        Assert.Equal("Hello, world", (string?)(await asker.CallAsync("models/chat", Ask)).Kept()["result"]?["text"]);
        var names = (await asker.AskAsync("tools/list"))["result"]!["tools"]!.AsArray().Select(tool => (string)tool!["name"]!);
        Assert.Equal(["models/chat", "models/embed", "models/list"], names);
        var before = servers.Upstream.Chats.Count;
        Assert.Equal("UNAUTHORIZED_ACCESS", (await listener.CallAsync("models/chat", Ask)).Kept().ErrorCode());
        Assert.Equal(before, servers.Upstream.Chats.Count);
    }

    [Fact]
    public async Task Diagnostics_find_the_model_server_that_does_not_run()
    {
        using var peer = await servers.Server.OpenAsync();
        var report = (await peer.CallAsync("system/diagnostics", """{"components":["services"],"level":"full"}""")).Kept()["result"]!;
        var checks = report["checks"]!.AsArray().ToDictionary(check => (string)check!["id"]!, check => check!);

        Assert.Equal("healthy", (string?)checks["models.upstream.up"]["status"]);
        Assert.Equal("unhealthy", (string?)checks["models.upstream.down"]["status"]);
        Assert.Contains("Patchbay:Models:Upstreams:down:BaseUrl", (string?)checks["models.upstream.down"]["hint"]);
        Assert.Equal("unhealthy", (string?)report["status"]);
    }

    [Fact]
    public async Task Without_a_model_server_the_tools_say_how_to_add_one()
    {
        await using var server = await ServerProcess.StartAsync();
        using var peer = await server.OpenAsync();
        var refused = (await peer.CallAsync("models/chat", Ask)).Kept();

        Assert.Equal("NOT_FOUND", refused.ErrorCode());
        Assert.Contains("Patchbay__Models__Upstreams__ollama__BaseUrl=http://127.0.0.1:11434/v1", refused.ToJsonString());
        Assert.Contains("Patchbay__Models__Upstreams__ollama__BaseUrl", (string?)(await peer.CallAsync("models/list")).Kept()["result"]!["hint"]);
    }

    [Fact]
    public async Task A_wrong_setting_stops_the_start_with_one_line()
    {
        var data = Directory.CreateTempSubdirectory("patchbay-models-").FullName;
        using var process = HostProgram.Start(data, [("Patchbay__Models__Upstreams__up__BaseUrl", "localhost")], "--urls", "http://127.0.0.1:0");
        _ = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync().Bounded();
        await process.WaitForExitAsync().Bounded();
        Directory.Delete(data, recursive: true);

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("patchbay: Patchbay:Models:Upstreams:up:BaseUrl must be an absolute http or https URL", error);
        Assert.Equal(1, error.Count(character => character == '\n'));
    }

    private static Task StartAsync(RawPeer peer, string id, string more) =>
        peer.SendTextAsync($$$"""{"id":"{{{id}}}","method":"tools/call","params":{"name":"models/chat","arguments":{{{Ask}}}{{{more}}}}}""");

    // A call whose model server has begun to answer and says no more.
    private async Task<(RawPeer Peer, UpstreamExchange Exchange)> HangingAsync(string more)
    {
        servers.Upstream.OnChat(async exchange =>
        {
            await exchange.EventsAsync(Chunk.Text("Hel"));
            await exchange.Gone;
        });
        var before = servers.Upstream.Chats.Count;
        var peer = await servers.Server.OpenAsync();
        await StartAsync(peer, "ask", more);
        return (peer, await servers.Upstream.ChatAsync(before + 1));
    }

    // A running server knows a new key within five seconds. Each question from another address: ten keys that are not known yet would shut one out.
    private async Task<RawPeer> OpenWhenKnownAsync(string key)
    {
        var since = TimeProvider.System.GetTimestamp();
        for (var i = 1; (await servers.Server.GetAsync("/api/mcp/status", key, $"10.3.{i / 250}.{(i % 250) + 1}")).Status != 200; i++)
            Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, Patience.Limit);
        return await servers.Server.OpenAsync(key);
    }
}
