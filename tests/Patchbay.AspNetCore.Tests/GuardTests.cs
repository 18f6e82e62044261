using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Server.Guard.RateLimit;
using Patchbay.Testing;

namespace Patchbay.AspNetCore.Tests;

/// <summary>What the guard does to whole sessions, on a clock of its own (sections 5, 8 and 9).</summary>
public class GuardTests
{
    [Fact]
    [Requirement("PROTO-8-05")]
    public async Task An_invalid_message_takes_a_place_in_the_window_and_a_refused_one_takes_none()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time, ("RateLimit:MessagesPerMinute", "3"), ("Heartbeat:IntervalSeconds", "300"));
        using var client = await WireClient.ConnectAsync(server);
        await client.SendAsync("""{"id":"x"}""");
        Assert.Equal("INVALID_MESSAGE_FORMAT", (string?)(await client.ReadAsync())!["error"]!["code"]);
        for (var i = 0; i < 2; i++)
            Assert.NotNull((await client.AskAsync("ping"))["result"]);
        for (var i = 0; i < 2; i++)
            Assert.Equal("RATE_LIMIT_EXCEEDED", SessionTests.Code(await client.AskAsync("ping")));

        // A minute later three of five are forgotten, and the two that were refused never were there.
        time.Advance(TimeSpan.FromSeconds(60));
        for (var i = 0; i < 3; i++)
            Assert.NotNull((await client.AskAsync("ping"))["result"]);
    }

    [Fact]
    [Requirement("PROTO-8-08")]
    public async Task At_four_fifths_of_the_limit_subscribers_are_warned_once_a_minute()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time, ("RateLimit:MessagesPerMinute", "10"));
        using var client = await WireClient.ConnectAsync(server);
        await client.AskAsync("diagnostics/subscribe", """{"components":["rate_limiter"]}""");
        for (var i = 2; i < 8; i++)
            Assert.Equal("response", (string?)await NextTypeAsync(client));

        Assert.Equal(["diagnostic", "response"], new[] { await NextTypeAsync(client), (string?)(await client.ReadAsync())!["message_type"] }.Order());
        for (var i = 9; i <= 10; i++)
            Assert.Equal("response", await NextTypeAsync(client));

        static async Task<string?> NextTypeAsync(WireClient client)
        {
            await client.RequestAsync("ping");
            return (string?)(await client.ReadAsync())!["message_type"];
        }
    }

    [Fact]
    [Requirement("PROTO-8-15", "PROTO-8-16")]
    public async Task From_level_6_on_a_step_is_a_critical_diagnostic_and_an_audit_record()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time, ("Heartbeat:IntervalSeconds", "300"));
        var limiter = server.Services.GetRequiredService<KeyLimiter>();
        using var client = await WireClient.ConnectAsync(server);
        await client.AskAsync("diagnostics/subscribe", """{"level":"critical","components":["penalties"]}""");
        for (var i = 0; i < 3; i++)
            limiter.CloseForInvalid("k");
        // Each ban served, then one message too many: 60 s, 5 min and 30 min lead from level 3 to 6.
        foreach (var (ban, level) in new[] { (60, 4), (300, 5), (1_800, 6) })
        {
            // A sign of life now and then: the clock is the connection's too.
            for (var left = ban; left > 0; left -= 200)
            {
                time.Advance(TimeSpan.FromSeconds(Math.Min(left, 200)));
                await client.AskAsync("ping");
            }

            limiter.Take("k", 1);
            limiter.Take("k", 1);
            Assert.Equal(level, limiter.PenaltyLevel("k"));
        }

        var told = (await client.ReadAsync())!;
        while ((string?)told["message_type"] != "diagnostic")
            told = (await client.ReadAsync())!;
        Assert.Equal(("critical", "penalties", 6, 7_200_000), ((string?)told["level"], (string?)told["component"], (int)told["details"]!["level"]!, (int)told["details"]!["blocked_for_ms"]!));
        await server.FlushAuditAsync();
        var record = Assert.Single(server.AuditLines(), line => line.Contains("\"penalty\"", StringComparison.Ordinal));
        Assert.Contains("level_6", record, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("PROTO-3-15")]
    public async Task A_deadline_in_the_context_ends_a_call()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        using var client = await WireClient.ConnectAsync(server);
        await client.SendAsync("""
            {"protocol_version":"2.0","message_type":"request","message_id":"req-d","method":"tools/call",
             "params":{"name":"debug/sleep","arguments":{"ms":600000},"timeout_ms":300000},"context":{"deadline_ms":50}}
            """);
        await client.AskAsync("ping");
        time.Advance(TimeSpan.FromMilliseconds(49));
        await client.AskAsync("ping");
        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal("TOOL_TIMEOUT", SessionTests.Code(await client.AnswerAsync("req-d")));
    }

    [Theory]
    [InlineData("tools/call", """{"name":"debug/sleep","arguments":{"ms":"1","more":2}}""", 2)]
    [InlineData("tools/call", """{"name":7}""", 1)]
    [InlineData("diagnostics/subscribe", """{"level":"loud"}""", 1)]
    [InlineData("requests/cancel", "{}", 1)]
    [Requirement("PROTO-5-30")]
    public async Task Params_that_do_not_fit_are_told_with_path_and_message(string method, string parameters, int faults)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        var answer = await client.AskAsync(method, parameters);
        Assert.Equal("INVALID_PARAMS", SessionTests.Code(answer));
        var errors = answer["details"]!["errors"]!.AsArray();
        Assert.Equal(faults, errors.Count);
        Assert.All(errors, error => Assert.True(error!["path"]!.GetValue<string>() is not null && error["message"]!.GetValue<string>().Length > 0));
    }

    [Fact]
    [Requirement("PROTO-9-02", "PROTO-9-03")]
    public async Task The_report_is_the_same_by_both_ways_and_its_error_rate_is_of_the_last_minute()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time, ("Heartbeat:IntervalSeconds", "300"));
        using var client = await WireClient.ConnectAsync(server);
        for (var i = 0; i < 3; i++)
            await client.AskAsync("ping");
        await client.AskAsync("no/such/method");
        using var http = server.Http();

        var byHttp = JsonNode.Parse(await http.GetStringAsync("/api/mcp/diagnostics").Bounded())!.AsObject();
        var byMethod = (await client.AskAsync("diagnostics/report"))["result"]!.AsObject();

        Assert.Equal(Shape(byHttp), Shape(byMethod));
        // One of four; the request by method counts itself as the fifth.
        Assert.Equal(0.25, (double)byHttp["performance_metrics"]!["error_rate"]!, 9);
        Assert.Equal(0.2, (double)byMethod["performance_metrics"]!["error_rate"]!, 9);
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(0.0, (double)(await client.AskAsync("diagnostics/report"))["result"]!["performance_metrics"]!["error_rate"]!);
    }

    [Theory]
    [InlineData("debug/sleep", """{"ms":600001}""")]
    [InlineData("debug/append", """{"line":"x","ms":600001}""")]
    [InlineData("debug/stream", """{"chunks":100001}""")]
    [InlineData("debug/stream", """{"bytes":65537}""")]
    [InlineData("debug/progress", """{"steps":1,"delay_ms":600001}""")]
    [Requirement("PROTO-10-27")]
    public async Task The_debug_tools_refuse_what_is_beyond_their_ranges(string tool, string arguments)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        Assert.Equal("INVALID_PARAMS", SessionTests.Code(await client.AnswerAsync(await client.CallAsync(tool, arguments))));
    }

    [Fact]
    [Requirement("PROTO-10-21", "PROTO-10-28")]
    public async Task All_debug_tools_but_append_are_read_only_and_sleep_tells_its_time()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        foreach (var tool in (await client.AskAsync("tools/list"))["result"]!["tools"]!.AsArray())
        {
            var (name, hints) = ((string)tool!["name"]!, tool["annotations"]!);
            Assert.Equal(name != "debug/append", (bool)hints["readOnlyHint"]!);
            if (name == "debug/append")
                Assert.False((bool)hints["idempotentHint"]!);
        }

        Assert.Equal("""{"slept_ms":3}""", (await client.AnswerAsync(await client.CallAsync("debug/sleep", """{"ms":3}""")))["result"]!.ToJsonString());
    }

    // Every member with its kind; what has members by name of somebody (a tool, a code) only with its kind.
    private static string Shape(JsonNode? node, int depth = 0) => node switch
    {
        JsonObject members when depth < 2 => "{" + string.Join(',', members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{Shape(member.Value, depth + 1)}")) + "}",
        null => "null",
        _ => node.GetValueKind().ToString(),
    };
}
