using System.Text.Json;
using Patchbay.Client.Tests.Peers;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Servers;

/// <summary>A connection to the real server is cut anywhere: the session is resumed, and every call ends once, with its answer.</summary>
public class CutTests
{
    private const int Calls = 5;
    private const int Chunks = 30;

    [Fact]
    public async Task Cut_at_two_hundred_offsets_every_call_has_its_answer_and_ran_once()
    {
        await using var server = await TestServer.StartAsync(
            null, ("Limits:HandshakesPerMinutePerAddress", "1000000"), ("Limits:ConnectionsPerKey", "1000"), ("Limits:ConnectionsPerAddress", "1000"));
        var appended = new AppendOnce();
        using var registered = server.Tools.Register(appended);
        var (up, down) = await OneAsync(server.Url.Port, appended, null, up: true, []);
        var ends = new List<string>();
        var seeded = new Random(1);

        for (var i = 0; i < 200; i++)
            await OneAsync(server.Url.Port, appended, seeded.Next(1, (int)(i % 2 == 0 ? up : down)), up: i % 2 == 0, ends);

        Assert.Equal(200, ends.Count);
        // The rest was cut before the session stood: connecting fails fast.
        Assert.InRange(ends.Count(end => end == "resumed"), 100, 200);
    }

    private static async Task<(long Up, long Down)> OneAsync(int port, AppendOnce appended, int? cutAfter, bool up, List<string> ends)
    {
        await using var proxy = new CuttingProxy(port, cutAfter, up);
        await using var client = new McpClient(Clients.Options(proxy.Port));
        appended.Lines.Clear();
        try
        {
            await client.ConnectAsync().Bounded();
        }
        catch (McpConnectionException)
        {
            ends.Add("not connected");
            return (proxy.Up, proxy.Down);
        }

        var echoes = Enumerable.Range(0, Calls).Select(n => client.CallToolAsync("debug/echo", new { n })).ToArray();
        var appends = Enumerable.Range(0, Calls).Select(n => client.CallToolAsync("test/append", new { line = $"line{n}" })).ToArray();
        var stream = ReadAsync(client);

        for (var n = 0; n < Calls; n++)
        {
            Assert.Equal(n, (await echoes[n].Bounded()).GetProperty("n").GetInt32());
            Assert.Equal($"line{n}", (await appends[n].Bounded()).GetProperty("line").GetString());
        }

        Assert.Equal(Enumerable.Repeat(new string('x', 40).Length, Chunks), (await stream.Bounded()).Select(chunk => chunk.GetString()!.Length));
        Assert.Equal(Enumerable.Range(0, Calls).Select(n => $"line{n}"), appended.Lines.Order(StringComparer.Ordinal));
        ends.Add((int)client.GetDiagnostics()["connection"]!["resumed"]! > 0 ? "resumed" : "whole");
        return (proxy.Up, proxy.Down);
    }

    private static async Task<List<JsonElement>> ReadAsync(McpClient client)
    {
        var chunks = new List<JsonElement>();
        await foreach (var chunk in client.StreamToolAsync("debug/stream", new { chunks = Chunks, bytes = 40 }))
            chunks.Add(chunk);
        return chunks;
    }
}
