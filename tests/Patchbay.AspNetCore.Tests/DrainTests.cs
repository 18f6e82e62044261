using System.Text.Json.Nodes;
using Patchbay.Testing;
using Patchbay.Tools;

namespace Patchbay.AspNetCore.Tests;

/// <summary>What becomes of running calls when a server is asked to stop (protocol section 6).</summary>
public class DrainTests
{
    [Fact]
    [Requirement("PROTO-6-37")]
    public async Task A_running_call_has_thirty_seconds_and_is_interrupted_then()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        using var client = await WireClient.ConnectAsync(server);
        using var idle = await WireClient.ConnectAsync(server);
        var running = await client.CallAsync("debug/sleep", """{"ms":600000}""", ""","timeout_ms":120000""");
        await client.AskAsync("ping");

        var stopping = server.StopAsync();
        await client.EventAsync("server.draining");
        // The thirty seconds have begun when those who run nothing are closed.
        Assert.Equal(1012, (await idle.EndAsync()).Code);
        await idle.CloseAsync();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("SERVER_OVERLOADED", (string?)(await client.AskAsync("ping"))["error_code"]);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("EXECUTION_INTERRUPTED", (string?)(await client.AnswerAsync(running))["error_code"]);
        Assert.Equal(1012, (await client.EndAsync()).Code);
        await client.CloseAsync();
        await stopping.Bounded();
    }

    [Fact]
    [Requirement("PROTO-6-36")]
    public async Task The_repeat_of_a_running_call_is_not_new_while_the_server_drains()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = 0;
        await using var server = await TestServer.StartAsync();
        server.Tools.Register(Tool.Create<JsonObject, JsonObject>("test/gated", "Ends when it is let.", async (_, _, cancellationToken) =>
        {
            var run = Interlocked.Increment(ref runs);
            await gate.Task.WaitAsync(cancellationToken);
            return new JsonObject { ["run"] = run };
        }));
        using var client = await WireClient.ConnectAsync(server);
        await client.AskAsync("session/hello", """{"client":{"name":"test","version":"1"},"resumable":true}""");
        const string Call = """{"name":"test/gated","arguments":{}}""";
        var running = await client.RequestAsync("tools/call", Call);
        await Patience.UntilAsync(() => Volatile.Read(ref runs) == 1, "The call runs.");

        var stopping = server.StopAsync();
        await client.EventAsync("server.draining");
        await client.RequestAsync("tools/call", Call, running);
        // The answers come in order: the first one is not to the repeat.
        var ping = await client.RequestAsync("ping");
        var first = (await client.ReadAsync())!;
        Assert.Equal((ping, "SERVER_OVERLOADED"), ((string?)first["request_id"], (string?)first["error_code"]));
        gate.SetResult();

        Assert.Equal(1, (int)(await client.AnswerAsync(running))["result"]!["run"]!);
        Assert.Equal(1012, (await client.EndAsync()).Code);
        await client.CloseAsync();
        await stopping.Bounded();
    }
}
