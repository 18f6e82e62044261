using System.Text.Json;
using Patchbay.Client.Tests.Peers;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Servers;

/// <summary>Tools that stream.</summary>
public class StreamTests
{
    [Fact]
    public async Task Chunks_come_in_order_and_the_result_says_how_many()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);

        var stream = client.StreamToolAsync("debug/stream", new { chunks = 500, bytes = 100 });
        Assert.Null(stream.Result);
        var lengths = new List<int>();
        await foreach (var chunk in stream)
            lengths.Add(chunk.GetString()!.Length);

        Assert.Equal(Enumerable.Repeat(100, 500), lengths);
        Assert.Equal(500, stream.Result!.Value.GetProperty("chunks").GetInt32());
    }

    [Fact]
    public async Task A_slow_reader_holds_the_stream_back_and_loses_nothing()
    {
        const int Chunks = 20_000;
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(Clients.Options(server.Url.Port) with { StreamBuffer = 8 });
        await using var stream = client.StreamToolAsync("debug/stream", new { chunks = Chunks, bytes = 1000 }).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync().AsTask().Bounded());
        var before = -1;

        // What the client has read stands still long before the end, 8 chunks and what one array could hold beyond.
        await Patience.UntilAsync(() => before >= 8 && before == (before = Received(client)) || (before = Received(client)) < 0, "reading stands still");
        Assert.InRange(Received(client), 8, 100);

        var read = 1;
        while (await stream.MoveNextAsync().AsTask().Bounded())
            read++;
        Assert.Equal(Chunks, read);
    }

    [Fact]
    public async Task A_loop_that_is_left_early_cancels_the_call()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new McpClient(Clients.Options(peer.Port));
        var connecting = client.ConnectAsync();
        var connection = await peer.OpenAsync();
        await connection.WelcomeAsync();
        await connecting.Bounded();
        var reading = ReadOneAsync(client);
        var call = await connection.RequestAsync();
        Assert.True((bool)call["params"]!["stream"]!);

        await connection.MessageAsync("event", new() { ["event_type"] = "tool.chunk", ["data"] = new System.Text.Json.Nodes.JsonObject { ["request_id"] = (string)call["message_id"]!, ["index"] = 0, ["chunk"] = "first" } });

        Assert.Equal("first", (await reading.Bounded()).GetString());
        var cancel = await connection.RequestAsync();
        Assert.Equal("requests/cancel", (string?)cancel["method"]);
        Assert.Equal((string?)call["message_id"], (string?)cancel["params"]!["request_id"]);
    }

    [Fact]
    public async Task A_stream_that_fails_throws_after_the_chunks_that_came()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);

        var failed = await Assert.ThrowsAsync<McpRequestException>(async () =>
        {
            await foreach (var chunk in client.StreamToolAsync("no/such"))
                Assert.Fail($"a chunk: {chunk}");
        });
        Assert.Equal("TOOL_NOT_FOUND", failed.Code);
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_loop()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var chunk in client.StreamToolAsync("debug/stream", new { chunks = 100_000, bytes = 10, delay_ms = 1 }, null, cancel.Token))
                await cancel.CancelAsync();
        });
    }

    [Fact]
    public async Task A_stream_is_read_once()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);
        var stream = client.StreamToolAsync("debug/stream", new { chunks = 1, bytes = 1 });
        await foreach (var chunk in stream)
            Assert.Equal("x", chunk.GetString()!.Length == 1 ? "x" : "");

        Assert.Throws<InvalidOperationException>(() => stream.GetAsyncEnumerator());
    }

    private static int Received(McpClient client) => (int)client.GetDiagnostics()["message_counts"]!["received"]!;

    private static async Task<JsonElement> ReadOneAsync(McpClient client)
    {
        await foreach (var chunk in client.StreamToolAsync("debug/stream"))
            return chunk;
        throw new InvalidOperationException("no chunk");
    }
}
