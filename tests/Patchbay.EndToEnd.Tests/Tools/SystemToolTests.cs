using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Tools;

/// <summary>The server the tools are asked of.</summary>
public sealed class ToolServer : ServerFixture;

/// <summary>The system tools as a client sees them (protocol section 10), and what holds for every message.</summary>
public sealed class SystemToolTests(ToolServer fixture) : HostileTest(fixture), IClassFixture<ToolServer>
{
    private static readonly string[] CheckStatus = ["healthy", "degraded", "unhealthy", "unknown", "skipped"];

    [Fact]
    [Requirement("PROTO-10-01", "PROTO-10-18")]
    public async Task Performance_answers_the_metrics_asked_for_in_the_shape_of_the_contract()
    {
        using var peer = await Server.OpenAsync();
        var result = (await peer.CallAsync("system/performance", """{"metrics":["cpu","memory"],"interval":1,"history_minutes":1}"""))["result"]!.AsObject();
        // The server's own process is no metric to ask for; it is always told.
        Assert.Equal(["cpu", "memory", "process"], new[] { "cpu", "memory", "disk", "network", "process" }.Where(result.ContainsKey));
        Assert.Contains((string?)result["scope"], new[] { "host", "container" });
        Assert.Equal(Environment.ProcessorCount, (int)result["cpu"]!["cores"]!);
        Assert.InRange((double)result["cpu"]!["percent"]!, 0, 100);
        Assert.Equal(3, result["cpu"]!["load_average"]!.AsArray().Count);
        var total = long.Parse(File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1_024;
        Assert.Equal(total, (long)result["memory"]!["total_bytes"]!);
        Assert.All(["min", "mean", "p50", "p95", "max", "stdev", "trend_per_minute"], name => Assert.True(result["statistics"]!["cpu.percent"]!.AsObject().ContainsKey(name), name));
        Assert.True(result["history"]!["series"]!["memory.percent"] is JsonArray);
        Assert.All(result["findings"]!.AsArray(), finding =>
        {
            Assert.Contains((string?)finding!["severity"], new[] { "info", "warning", "critical" });
            Assert.All(["title", "detail"], name => Assert.NotEqual("", (string)finding[name]!));
            Assert.NotNull(finding["evidence"]);
        });

        foreach (var wrong in (string[])["""{"metrics":["cpu","weather"]}""", """{"interval":0}""", """{"interval":61}""", """{"history_minutes":1441}"""])
            Assert.Equal("INVALID_PARAMS", (await peer.CallAsync("system/performance", wrong)).ErrorCode());
    }

    [Fact]
    [Requirement("PROTO-10-02")]
    public async Task Diagnostics_answer_their_checks_each_with_status_and_time()
    {
        using var peer = await Server.OpenAsync();
        var result = (await peer.CallAsync("system/diagnostics", """{"components":["all"],"level":"basic"}"""))["result"]!;
        Assert.Equal("basic", (string?)result["level"]);
        Assert.Contains((string?)result["status"], CheckStatus[..3]);
        Assert.True((double)result["duration_ms"]! >= 0);
        var checks = result["checks"]!.AsArray();
        Assert.NotEmpty(checks);
        Assert.All(checks, check =>
        {
            Assert.Contains((string?)check!["status"], CheckStatus);
            Assert.All(["id", "component", "observed", "unit", "threshold", "message", "hint", "duration_ms"], name => Assert.True(check.AsObject().ContainsKey(name), name));
        });
        Assert.Equal("INVALID_PARAMS", (await peer.CallAsync("system/diagnostics", """{"level":"thorough"}""")).ErrorCode());
    }

    [Fact]
    [Requirement("PROTO-3-02", "PROTO-3-23")]
    public async Task The_server_sends_five_types_and_what_it_sends_unasked_is_an_envelope()
    {
        using var watcher = await Server.OpenAsync();
        await watcher.SendTextAsync("""{"id":"s","method":"diagnostics/subscribe","params":{"level":"debug"}}""");
        await watcher.SendTextAsync("""{"id":"e","method":"events/subscribe","params":{"event_types":["status_update"]}}""");
        await watcher.SendTextAsync("""{"id":"p","method":"tools/call","params":{"name":"debug/stream","arguments":{"chunks":2},"stream":true}}""");
        await watcher.SendTextAsync("""{"id":"f","method":"tools/call","params":{"name":"debug/fail","arguments":{"message":"x"}}}""");
        await watcher.SendTextAsync(Peers.Envelope("heartbeat", "hb-1", ""","client_id":"c","uptime":1"""));
        await watcher.SendTextAsync(Peers.Envelope("request", "req-1", ""","method":"ping","params":{}"""));
        await watcher.SendTextAsync(Peers.Envelope("request", "req-2", ""","method":"no/such","params":{}"""));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!seen.IsSupersetOf(["response", "event", "error", "diagnostic", "heartbeat"]))
        {
            var message = await watcher.ReadMessageAsync();
            // A compact answer has the id of its compact request, and nothing else is compact.
            if (message["id"] is { } id)
            {
                Assert.Contains((string?)id, new[] { "s", "e", "p", "f" });
                continue;
            }

            Assert.Equal("2.0", (string?)message["protocol_version"]);
            Assert.Contains((string?)message["message_type"], new[] { "response", "event", "error", "diagnostic", "heartbeat" });
            seen.Add((string)message["message_type"]!);
        }
    }

    [Theory]
    [InlineData("""{"id":"x","method":"tools/call","params":{"name":"debug/append","arguments":{"line":"a"}},"method":"ping"}""")]
    [InlineData("""[{"id":"x","method":"tools/call","params":{"name":"debug/append","arguments":{"line":"a"}}},{"id":"y","method":"ping"]""")]
    [InlineData("""{"id":"x","method":"tools/call","params":{"name":"debug/append","arguments":{"line":"a"}},"context":{"deadline_ms":-1}}""")]
    [InlineData("""{"id":"x","method":"tools/call","params":{"name":"debug/append","arguments":{"line":"a"}}} """ + "\u0001")]
    [Requirement("PROTO-4-35")]
    public async Task Nothing_of_a_message_is_executed_before_all_of_it_is_valid(string text)
    {
        await using var server = await ServerProcess.StartAsync();
        using var peer = await server.OpenAsync();
        await peer.SendTextAsync(text);
        Assert.NotNull((await peer.ReadMessageAsync()).ErrorCode());
        Assert.NotNull((await peer.CallAsync("debug/append", """{"line":"b"}"""))["result"]);
        Assert.Equal("b", (await File.ReadAllTextAsync(Path.Combine(server.Data, "debug.log"))).TrimEnd());
    }
}
