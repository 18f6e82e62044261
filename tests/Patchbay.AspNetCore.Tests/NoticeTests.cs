using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Protocol.Envelope;
using Patchbay.Testing;
using Patchbay.Tools;

namespace Patchbay.AspNetCore.Tests;

/// <summary>What subscribers of diagnostics are told (section 9).</summary>
public class NoticeTests
{
    private sealed record Nothing;

    [Fact]
    public async Task A_tool_that_fails_is_told_with_its_code()
    {
        await using var server = await TestServer.StartAsync();
        using var watcher = await WatchAsync(server, "warning", "tools");
        using var client = await WireClient.ConnectAsync(server);
        var id = await client.CallAsync("debug/fail", """{"message":"a text of the client"}""");
        Assert.Equal("TOOL_EXECUTION_FAILED", SessionTests.Code(await client.AnswerAsync(id)));

        var told = await ToldAsync(watcher);
        Assert.Equal(("warning", "tools"), ((string?)told["level"], (string?)told["component"]));
        Assert.Equal(("debug/fail", "TOOL_EXECUTION_FAILED", id), ((string?)told["details"]!["tool"], (string?)told["details"]!["error_code"], (string?)told["details"]!["request_id"]));
        Assert.DoesNotContain("a text of the client", told.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_call_is_told_unless_its_tool_is_said_to_be_long_running()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time, ("Diagnostics:SlowCallMs", "1000"));
        using var gate = server.Tools.Register(Tool.Create<Nothing, Nothing>("test/slow", "Waits a second.", (_, _, _) =>
        {
            time.Advance(TimeSpan.FromMilliseconds(1_000));
            return ValueTask.FromResult<ToolResult<Nothing>>(new Nothing());
        }));
        using var patient = server.Tools.Register(Tool.Create<Nothing, Nothing>("test/long", "Waits long.", (_, _, _) =>
        {
            time.Advance(TimeSpan.FromMilliseconds(2_000));
            return ValueTask.FromResult<ToolResult<Nothing>>(new Nothing());
        }, new ToolAnnotations(LongRunning: true)));
        using var client = await WireClient.ConnectAsync(server);
        await client.AskAsync("diagnostics/subscribe", """{"level":"warning","components":["tools"]}""");

        await client.AnswerAsync(await client.CallAsync("test/long"));
        await client.CallAsync("test/slow");

        var told = await ToldAsync(client);
        Assert.Equal(("test/slow", 1_000, null), ((string?)told["details"]!["tool"], (int)told["details"]!["duration_ms"]!, (string?)told["details"]!["error_code"]));
    }

    [Fact]
    public async Task A_resume_and_a_refused_one_are_told()
    {
        await using var server = await TestServer.StartAsync();
        using var watcher = await WatchAsync(server, "info", "sessions");
        JsonNode hello;
        using (var first = await WireClient.ConnectAsync(server))
            hello = (await first.AskAsync("session/hello", """{"client":{"name":"t","version":"1"},"resumable":true}"""))["result"]!;
        string Resume(string token) => $$"""{"session_id":"{{hello["session_id"]}}","resume_token":"{{token}}","epoch":{{hello["epoch"]}},"last_seq":0}""";

        using (var stranger = await WireClient.ConnectAsync(server))
            Assert.False((bool)(await stranger.AskAsync("session/resume", Resume("wrong")))["result"]!["resumed"]!);
        Assert.Equal("token_invalid", (string?)(await ToldAsync(watcher))["details"]!["reason"]);
        using var second = await WireClient.ConnectAsync(server);
        Assert.True((bool)(await second.AskAsync("session/resume", Resume((string)hello["resume_token"]!)))["result"]!["resumed"]!);
        // The answer to hello was not acknowledged.
        var told = await ToldAsync(watcher);
        Assert.Equal(("info", 1, (string?)hello["client_id"]), ((string?)told["level"], (int)told["details"]!["replayed"]!, (string?)told["details"]!["client_id"]));
    }

    [Fact]
    public async Task A_room_can_tell_and_who_unsubscribes_is_told_nothing_more()
    {
        await using var server = await TestServer.StartAsync();
        var channel = server.Services.GetRequiredService<IDiagnosticChannel>();
        using var watcher = await WatchAsync(server, "error", "models");
        channel.Tell(DiagnosticLevel.Warning, "models", "below the level");
        channel.Tell(DiagnosticLevel.Error, "store", "of another component");
        channel.Tell(DiagnosticLevel.Error, "models", "in trouble", new JsonObject { ["upstream"] = "up" });
        Assert.Equal("in trouble", (string?)(await ToldAsync(watcher))["message"]);

        await watcher.AskAsync("diagnostics/unsubscribe");
        channel.Tell(DiagnosticLevel.Critical, "models", "nobody hears it");
        await watcher.RequestAsync("ping", id: "req-after");
        Assert.Equal("req-after", (string?)(await watcher.ReadAsync())!["request_id"]);
    }

    [Fact]
    public async Task A_client_that_does_not_keep_up_is_told_of_when_it_is_closed()
    {
        await using var server = await TestServer.StartAsync(settings: [("Session:ReplayMessages", "16")]);
        using var watcher = await WatchAsync(server, "warning", "connections");
        using var client = await WireClient.ConnectAsync(server);
        await client.AskAsync("session/hello", """{"client":{"name":"t","version":"1"},"resumable":true}""");
        // It asks and asks, and never says that it has the answers.
        for (var i = 0; i < 40; i++)
            await client.RequestAsync("ping", id: $"req-p{i}");
        Assert.Equal(4430, (await client.EndAsync()).Code);
        Assert.Equal("connections", (string?)(await ToldAsync(watcher))["component"]);
    }

    private static async Task<WireClient> WatchAsync(TestServer server, string level, string component)
    {
        var watcher = await WireClient.ConnectAsync(server);
        await watcher.AskAsync("diagnostics/subscribe", $$"""{"level":"{{level}}","components":["{{component}}"]}""");
        return watcher;
    }

    private static async Task<JsonObject> ToldAsync(WireClient client)
    {
        while (await client.ReadAsync() is { } message)
        {
            if ((string?)message["message_type"] == "diagnostic")
                return message;
        }

        throw new InvalidOperationException("Closed before anything was told.");
    }
}
