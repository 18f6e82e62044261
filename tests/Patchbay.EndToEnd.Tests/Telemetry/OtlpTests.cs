using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Telemetry;

/// <summary>What the server sends by OTLP, read by a receiver that shares nothing with the exporter.</summary>
public class OtlpTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string ParentId = "b7ad6b7169203331";
    private const ulong ServerKind = 2;
    private const ulong StatusError = 2;

    [Fact]
    public async Task A_call_is_a_span_under_the_callers()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var sessionId = await RunAsync(receiver, async peer => await CallAsync(peer, "debug/sleep", """{"ms":30}""", $"00-{TraceId}-{ParentId}-01"));

        var span = Assert.Single(receiver.Spans);
        Assert.Equal((TraceId, ParentId, "tools/call debug/sleep", ServerKind), (span.TraceId, span.ParentId, span.Name, span.Kind));
        Assert.NotEqual(ParentId, span.SpanId);
        Assert.True(span.Duration >= TimeSpan.FromMilliseconds(29), $"{span.Duration}");
        Assert.Equal(("tools/call", "debug/sleep", "execute_tool", sessionId), (
            span.Attributes["mcp.method.name"], span.Attributes["gen_ai.tool.name"], span.Attributes["gen_ai.operation.name"], span.Attributes["mcp.session.id"]));
        Assert.False(span.Attributes.ContainsKey("error.type"));
        Assert.Equal(0UL, span.StatusCode);
        Assert.Equal("patchbay", receiver.Resource["service.name"]);
        Assert.Equal(["a-key-for-the-collector"], receiver.Keys);
    }

    [Fact]
    public async Task A_trace_that_its_sender_does_not_record_is_not_sent_and_one_without_a_sender_begins_here()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await RunAsync(receiver, async peer =>
        {
            await CallAsync(peer, "debug/echo", "{}", $"00-{TraceId}-{ParentId}-00");
            await CallAsync(peer, "debug/echo", "{}", null);
            await CallAsync(peer, "debug/echo", "{}", "no trace context");
        });

        Assert.Equal(2, receiver.Spans.Count);
        Assert.All(receiver.Spans, span => Assert.Equal(("", "tools/call debug/echo"), (span.ParentId, span.Name)));
        Assert.Equal(2, receiver.Spans.Select(span => span.TraceId).Distinct().Count());
        Assert.DoesNotContain(receiver.Spans, span => span.TraceId == TraceId);
    }

    [Fact]
    public async Task A_call_that_fails_has_the_code_it_was_answered_with()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await RunAsync(receiver, async peer =>
        {
            await CallAsync(peer, "debug/fail", """{"message":"no"}""", null);
            await peer.AskAsync("tools/call", """{"name":"debug/sleep","arguments":{"ms":60000},"timeout_ms":20}""");
        });

        Assert.Equal(
            [("tools/call debug/fail", "TOOL_EXECUTION_FAILED", StatusError), ("tools/call debug/sleep", "TOOL_TIMEOUT", StatusError)],
            receiver.Spans.Select(span => (span.Name, span.Attributes["error.type"], span.StatusCode)).Order());
    }

    [Fact]
    public async Task Metrics_are_sent_under_the_names_of_the_instruments()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await RunAsync(receiver, peer => CallAsync(peer, "debug/echo", "{}", null));

        Assert.Superset(
            new HashSet<string> { "mcp.server.operation.duration", "patchbay.messages", "patchbay.tool.calls", "patchbay.tool.cpu.time", "patchbay.store.commits", "process.uptime", "dotnet.gc.collections" },
            receiver.Metrics.ToHashSet());
    }

    [Fact]
    public async Task Over_gRPC_traces_and_metrics_arrive_as_well()
    {
        await using var receiver = await OtlpReceiver.StartAsync(isGrpc: true);
        await RunAsync(
            receiver.Url, "a-key-for-the-collector", peer => CallAsync(peer, "debug/echo", "{}", $"00-{TraceId}-{ParentId}-01"), ("Telemetry__OtlpProtocol", "grpc"));

        var span = Assert.Single(receiver.Spans);
        Assert.Equal((TraceId, ParentId, "tools/call debug/echo", ServerKind), (span.TraceId, span.ParentId, span.Name, span.Kind));
        Assert.Contains("mcp.server.operation.duration", receiver.Metrics);
        Assert.Equal(["a-key-for-the-collector"], receiver.Keys);
    }

    [Fact]
    public async Task Another_Patchbay_takes_the_traces_and_analyses_them()
    {
        await using var collector = await ServerProcess.StartAsync();
        await RunAsync(collector.Url.AbsoluteUri, TestServer.Key, async peer =>
        {
            for (var i = 0; i < 5; i++)
                await CallAsync(peer, "debug/echo", "{}", null);
        });
        using var analyst = await collector.OpenAsync();

        var answer = await analyst.CallAsync("workflow/analyze", """{"workflow_id":"patchbay tools/call debug/echo"}""");

        var executions = answer["result"]?["summary"]?["executions"];
        Assert.True(executions is not null, answer.ToJsonString());
        Assert.Equal((5, 5), ((int)executions["total"]!, (int)executions["succeeded"]!));
    }

    [Theory]
    [InlineData("OtlpEndpoint", "not a url")]
    [InlineData("OtlpEndpoint", "ftp://somewhere")]
    [InlineData("OtlpProtocol", "thrift")]
    [InlineData("TraceRatio", "1.5")]
    [InlineData("MetricIntervalSeconds", "0")]
    public async Task A_setting_that_makes_no_sense_stops_the_start_and_is_named(string name, string value)
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.StartAsync(("Telemetry__" + name, value)));

        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
    }

    private static Task<string> RunAsync(OtlpReceiver receiver, Func<RawPeer, Task> use) => RunAsync(receiver.Url, "a-key-for-the-collector", use);

    // Whatever was recorded has been sent when the server has ended.
    private static async Task<string> RunAsync(string endpoint, string key, Func<RawPeer, Task> use, params (string, string)[] more)
    {
        await using var server = await ServerProcess.StartAsync([("Telemetry__OtlpEndpoint", endpoint), ("Telemetry__OtlpHeaders", $"X-API-Key={key}"), .. more]);
        var (peer, welcome) = await server.OpenWithWelcomeAsync(TestServer.Key);
        using (peer)
        {
            await use(peer);
            await peer.SendCloseAsync(1000);
            await peer.ReadToEndAsync();
        }

        Assert.Equal(0, await server.StopAsync());
        return (string)welcome["data"]!["session_id"]!;
    }

    private static Task<JsonObject> CallAsync(RawPeer peer, string tool, string arguments, string? traceParent)
    {
        var id = $"call-{Guid.NewGuid():N}";
        var context = traceParent is null ? "{}" : $$"""{"traceparent":"{{traceParent}}"}""";
        return AnswerAsync(peer, id, $$"""{"id":"{{id}}","method":"tools/call","params":{"name":"{{tool}}","arguments":{{arguments}}},"context":{{context}}}""");
    }

    private static async Task<JsonObject> AnswerAsync(RawPeer peer, string id, string request)
    {
        await peer.SendTextAsync(request);
        while (true)
        {
            var message = await peer.ReadMessageAsync();
            if ((string?)message["id"] == id)
                return message.Kept();
        }
    }
}
