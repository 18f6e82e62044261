using System.Net;
using System.Text;
using Patchbay.Testing;
using Patchbay.Tools;

namespace Patchbay.AspNetCore.Tests.Telemetry;

/// <summary><c>GET /metrics</c> of a running server.</summary>
public class MetricsEndpointTests
{
    private const string Free = "free-text-of-a-client";

    [Fact]
    [Requirement("PROTO-1-08")]
    public async Task Metrics_are_for_this_machine_and_for_keys_with_the_scope()
    {
        await using var server = await TestServer.StartAsync();
        using var nobody = server.Http(null);
        using var admin = server.Http();

        using var local = await nobody.GetAsync("/metrics").Bounded();
        Assert.Equal(HttpStatusCode.OK, local.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", local.Content.Headers.ContentType?.ToString());

        // Whoever comes through a proxy is not this machine.
        nobody.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        admin.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        using var far = await nobody.GetAsync("/metrics").Bounded();
        Assert.Equal(HttpStatusCode.Unauthorized, far.StatusCode);
        using var keyed = await admin.GetAsync("/metrics").Bounded();
        Assert.Equal(HttpStatusCode.OK, keyed.StatusCode);
    }

    [Fact]
    public async Task Without_metrics_there_is_no_page()
    {
        await using var server = await TestServer.StartAsync(null, ("Telemetry:Metrics", "false"));
        using var http = server.Http();

        using var response = await http.GetAsync("/metrics").Bounded();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task What_a_client_does_is_counted()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        await client.AnswerAsync(await client.CallAsync("debug/echo", """{"a":1}"""));
        await client.AnswerAsync(await client.CallAsync("debug/echo", """{"a":2}"""));
        await client.AnswerAsync(await client.CallAsync("debug/fail", """{"message":"x"}"""));
        await client.AskAsync("ping");

        var page = await PageAsync(server);

        // Four requests in; the welcome and four answers out.
        Assert.Equal(4, page["patchbay_messages_total{network_io_direction=\"receive\"}"]);
        Assert.Equal(5, page["patchbay_messages_total{network_io_direction=\"transmit\"}"]);
        Assert.Equal(2, page["patchbay_tool_calls_total{gen_ai_tool_name=\"debug/echo\"}"]);
        Assert.Equal(1, page["patchbay_tool_errors_total{gen_ai_tool_name=\"debug/fail\",error_type=\"TOOL_EXECUTION_FAILED\"}"]);
        Assert.Equal(1, page["patchbay_errors_total{error_type=\"TOOL_EXECUTION_FAILED\"}"]);
        Assert.Equal(1, page["mcp_server_operation_duration_seconds_count{mcp_method_name=\"ping\"}"]);
        Assert.Equal(2, page["mcp_server_operation_duration_seconds_count{mcp_method_name=\"tools/call\",gen_ai_tool_name=\"debug/echo\",gen_ai_operation_name=\"execute_tool\"}"]);
        Assert.Equal(1, page["mcp_server_operation_duration_seconds_count{mcp_method_name=\"tools/call\",gen_ai_tool_name=\"debug/fail\",gen_ai_operation_name=\"execute_tool\",error_type=\"TOOL_EXECUTION_FAILED\"}"]);
        Assert.Equal(1, page["patchbay_connections_active"]);
        Assert.Equal(1, page["patchbay_connections_opened_total"]);
        Assert.Equal(0, page["patchbay_violations_total{patchbay_violation_type=\"rate_limit_exceeded\"}"]);
    }

    [Fact]
    public async Task Bytes_are_those_of_the_messages()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        const string message = """{"id":"a","method":"ping"}""";
        await client.SendAsync(message);
        await client.AnswerAsync("a");

        var page = await PageAsync(server);

        Assert.Equal(Encoding.UTF8.GetByteCount(message), page["patchbay_message_io_bytes_total{network_io_direction=\"receive\"}"]);
        Assert.True(page["patchbay_message_io_bytes_total{network_io_direction=\"transmit\"}"] > Encoding.UTF8.GetByteCount(client.Welcome.ToJsonString()));
    }

    [Fact]
    public async Task Nothing_a_client_writes_becomes_a_label()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        await client.AskAsync("session/hello", $$"""{"client":{"name":"{{Free}}","version":"{{Free}}" } }""");
        await client.AskAsync(Free);
        await client.AnswerAsync(await client.CallAsync(Free));
        await client.AnswerAsync(await client.CallAsync("debug/fail", $$"""{"message":"{{Free}}"}"""));
        await client.SendAsync($$"""{"protocol_version":"2.0","message_type":"diagnostic","message_id":"diag-1","level":"error","component":"{{Free}}","message":"{{Free}}"}""");
        await client.SendAsync($$"""{"protocol_version":"2.0","message_type":"{{Free}}","message_id":"req-{{Free}}"}""");
        await client.AnswerAsync($"req-{Free}");
        using var http = server.Http(null);
        using (await http.GetAsync($"/{Free}").Bounded())
        {
        }

        var text = await http.GetStringAsync("/metrics").Bounded();

        Assert.DoesNotContain(Free, text, StringComparison.Ordinal);
        Assert.Contains("mcp_server_operation_duration_seconds_count{mcp_method_name=\"_OTHER\",error_type=\"METHOD_NOT_FOUND\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("mcp_server_operation_duration_seconds_count{mcp_method_name=\"tools/call\",error_type=\"TOOL_NOT_FOUND\"} 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_close_code_of_the_clients_own_making_is_no_label()
    {
        await using var server = await TestServer.StartAsync();
        using (var peer = await RawPeer.OpenAsync(server.Url))
        {
            await peer.SendFrameAsync(0x88, new byte[] { 4999 >> 8, 4999 & 0xFF });
            await peer.ReadFrameAsync();
        }

        var page = new Dictionary<string, double>();
        const string closed = "patchbay_connections_closed_total{patchbay_close_code=\"_OTHER\",patchbay_closed_by=\"client\"}";
        for (var i = 0; i < 1_000 && !page.ContainsKey(closed); i++)
            page = await PageAsync(server);
        Assert.Equal(1, page[closed]);
    }

    [Fact]
    [Requirement("PROTO-9-01")]
    public async Task The_report_tells_what_a_tool_takes()
    {
        await using var server = await TestServer.StartAsync();
        using var busy = server.Tools.Register(Tool.Create<Nothing, Nothing>("test/busy", "Allocates two megabytes in two stretches.", async (_, _, _) =>
        {
            GC.KeepAlive(new byte[1_000_000]);
            await Task.Yield();
            GC.KeepAlive(new byte[1_000_000]);
            return new Nothing();
        }));
        using var client = await WireClient.ConnectAsync(server);
        for (var i = 0; i < 3; i++)
            await client.AnswerAsync(await client.CallAsync("test/busy"));
        await client.AnswerAsync(await client.CallAsync("debug/nothing-of-that-name"));

        // A thread may still be laying down what has been answered.
        var figures = await FiguresAsync(client);
        for (var i = 0; i < 1_000 && ((long?)figures["allocated_bytes"] ?? 0) < 6_000_000; i++)
            figures = await FiguresAsync(client);

        // One execution may stand for another; each allocates the same.
        Assert.InRange((long)figures["allocated_bytes"]!, 6_000_000, 6_200_000);
        Assert.InRange((double)figures["cpu_ms"]!, 0.001, 5_000);
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> FiguresAsync(WireClient client) =>
        Assert.Single((await client.AskAsync("diagnostics/report"))["result"]!["performance_metrics"]!["tools"]!.AsObject()).Value!;

    private static async Task<Dictionary<string, double>> PageAsync(TestServer server)
    {
        using var http = server.Http(null);
        var text = await http.GetStringAsync("/metrics").Bounded();
        return text.Split('\n').Where(line => line.Length > 0 && line[0] != '#')
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>No fields.</summary>
    public sealed record Nothing;
}
