using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Workflow;

/// <summary>From the first minute a server has one workflow: its own sessions and calls.</summary>
public sealed class OwnSessionsTests
{
    [Fact]
    public async Task What_a_fresh_server_says_of_its_own_sessions_is_true()
    {
        await using var server = await ServerProcess.StartAsync();
        using (var client = await server.OpenAsync())
        {
            for (var number = 0; number < 3; number++)
                await client.CallAsync("debug/echo", """{"text":"a"}""");
            await client.CallAsync("debug/sleep", """{"ms":60}""");
            await client.CallAsync("debug/fail", """{"message":"on purpose"}""");
            await client.AskAsync("session/close");
        }

        using (var lost = await server.OpenAsync())
            await lost.CallAsync("debug/echo", """{"text":"b"}""");
        using var asker = await server.OpenAsync();
        // Reports are written behind the answers: until the last is there.
        var found = await AnalyzeAsync(asker, found => (int)found["summary"]!["executions"]!["failed"]! == 1 && Count(found, "debug/echo") == 4);

        var executions = found["summary"]!["executions"]!;
        Assert.Equal((3, 1, 1, 1), ((int)executions["total"]!, (int)executions["succeeded"]!, (int)executions["failed"]!, (int)executions["running"]!));
        Assert.Equal((1, 1), (Count(found, "debug/sleep"), Count(found, "debug/fail")));
        Assert.InRange((double)Step(found, "debug/sleep")["running_s"]!["p50"]!, 0.06, Patience.Limit.TotalSeconds);
        Assert.Equal(1, (int)Step(found, "debug/fail")["failures"]!);
        Assert.Equal(["debug/echo", "debug/echo", "debug/echo", "debug/sleep", "debug/fail"], found["variants"]!.AsArray()
            .Select(variant => variant!["steps"]!.AsArray().Select(step => (string)step!).ToArray()).Single(steps => steps.Length == 5));
        Assert.Equal("TOOL_EXECUTION_FAILED", (string)found["errors"]![0]!["type"]!);
        var edges = found["dfg"]!["edges"]!.AsArray();
        Assert.Equal(2, (int)edges.Single(edge => (string)edge!["from"]! == "debug/echo" && (string)edge["to"]! == "debug/echo")!["count"]!);

        foreach (var (render, drawn) in ((string, string)[])[("mermaid", "debug/sleep"), ("dot", "digraph")])
        {
            var drawing = await asker.CallAsync("workflow/analyze", $$"""{"workflow_id":"patchbay.sessions","render":"{{render}}","include_metrics":false}""");
            Assert.Contains(drawn, drawing["result"]!["rendering"]!.ToJsonString());
            Assert.Null(drawing["result"]!["dfg"]);
        }
    }

    [Fact]
    public async Task The_sessions_of_a_server_that_was_killed_do_not_stand_as_running_for_ever()
    {
        var first = await ServerProcess.StartAsync();
        using (var client = await first.OpenAsync())
        {
            await client.CallAsync("debug/echo", "{}");
            await AnalyzeAsync(client, found => Count(found, "debug/echo") == 1);
            await first.KillAsync();
        }

        await using (var next = await ServerProcess.StartOnAsync(first.Data, ownsData: false))
        {
            using var asker = await next.OpenAsync();
            var found = await AnalyzeAsync(asker, found => (int)found["summary"]!["executions"]!["failed"]! == 1);
            Assert.Equal(1, (int)found["summary"]!["executions"]!["running"]!);
        }

        await first.DisposeAsync();
    }

    [Fact]
    public async Task What_was_dropped_beyond_the_bounds_is_told()
    {
        await using var server = await ServerProcess.StartAsync(("Workflow__MaxExecutionsPerWorkflow", "5"));
        using var peer = await server.OpenAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        for (var number = 0; number < 8; number++)
        {
            await peer.CallAsync(
                "workflow/record",
                $$"""{"executions":[{"workflow_id":"bounded","execution_id":"e{{number}}","status":"succeeded","started_at":{{now - 1000}},"ended_at":{{now}},"steps":[]}]}""");
        }

        var found = (await peer.CallAsync("workflow/analyze", """{"workflow_id":"bounded"}"""))["result"]!;

        Assert.Equal((8, 5, 3), ((int)found["coverage"]!["executions_seen"]!, (int)found["coverage"]!["executions_kept"]!, (int)found["coverage"]!["evicted"]!));
        Assert.Contains(found["findings"]!.AsArray(), finding => (string)finding!["title"]! == "Older executions are gone" && (double)finding["evidence"]!["evicted"]! == 3);
        Assert.Equal(5, (int)found["summary"]!["executions"]!["total"]!);
    }

    private static JsonNode Step(JsonNode found, string name) => found["steps"]!.AsArray().Single(step => (string)step!["name"]! == name)!;

    private static int Count(JsonNode found, string name) => found["steps"]!.AsArray().Where(step => (string)step!["name"]! == name).Sum(step => (int)step!["count"]!);

    private static async Task<JsonNode> AnalyzeAsync(RawPeer peer, Func<JsonNode, bool> isThere)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await peer.CallAsync("workflow/analyze", """{"workflow_id":"patchbay.sessions"}""");
            if (answer["result"] is { } found && isThere(found))
                return found;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience.Limit, answer.ToJsonString());
        }
    }
}
