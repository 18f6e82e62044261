using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Servers;

/// <summary>Calls to the real server.</summary>
public class CallTests
{
    private sealed record Slept(int SleptMs);

    [Fact]
    public async Task A_call_has_the_result_of_the_tool()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);

        var result = await client.CallToolAsync("debug/echo", new { text = "Grüße", count = 3 }).Bounded();

        Assert.Equal("Grüße", result.GetProperty("text").GetString());
        Assert.Equal(3, result.GetProperty("count").GetInt32());
        Assert.Equal(McpConnectionState.Connected, client.State);
        Assert.StartsWith("client-", client.ClientId, StringComparison.Ordinal);
        Assert.Equal("patchbay", client.Server.Name);
        Assert.Equal(64, client.Limits.MaxInFlight);
    }

    [Fact]
    public async Task A_result_is_read_as_a_type_with_names_in_snake_case()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);

        Assert.Equal(new Slept(2), await client.CallToolAsync<Slept>("debug/sleep", new { Ms = 2 }).Bounded());
    }

    [Fact]
    public async Task Every_tool_is_listed_with_its_annotations()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);

        var tools = await client.ListToolsAsync().Bounded();

        Assert.True(tools.Single(tool => tool.Name == "debug/echo").Annotations.ReadOnly);
        Assert.False(tools.Single(tool => tool.Name == "debug/append").Annotations.ReadOnly);
        Assert.Equal("object", tools[0].InputSchema.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_failure_has_the_class_of_its_code()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);

        var failed = await Assert.ThrowsAsync<McpToolFailedException>(() => client.CallToolAsync("debug/fail", new { message = "not today" }));
        Assert.Equal("not today", failed.Message);
        Assert.False(failed.Retryable);
        var unknown = await Assert.ThrowsAsync<McpRequestException>(() => client.CallToolAsync("no/such"));
        Assert.Equal("TOOL_NOT_FOUND", unknown.Code);
        var unfit = await Assert.ThrowsAsync<McpInvalidParamsException>(() => client.CallToolAsync("debug/sleep", new { ms = "soon" }));
        Assert.Contains(unfit.Errors, fault => fault.Path.EndsWith("/ms", StringComparison.Ordinal));
        var method = await Assert.ThrowsAsync<McpRequestException>(() => client.RequestAsync("no/method"));
        Assert.Equal("METHOD_NOT_FOUND", method.Code);
    }

    [Fact]
    public async Task The_servers_timeout_comes_before_the_clients()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(Clients.Options(server.Url.Port) with { Retry = false });

        var late = await Assert.ThrowsAsync<McpToolTimeoutException>(() =>
            client.CallToolAsync("debug/sleep", new { ms = 600_000 }, new McpCallOptions { Timeout = TimeSpan.FromMilliseconds(20) }).Bounded());
        Assert.Null(late.Details["source"]);
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_call_on_the_server_too()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);
        using var cancel = new CancellationTokenSource();
        var call = client.CallToolAsync("debug/sleep", new { ms = 600_000 }, null, cancel.Token);
        await client.PingAsync().Bounded();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Bounded());
        var tools = default(JsonElement);
        for (var looks = 0; looks < 1000 && !tools.ToString().Contains("REQUEST_CANCELLED", StringComparison.Ordinal); looks++)
            tools = (await client.ServerDiagnosticsAsync().Bounded()).GetProperty("performance_metrics").GetProperty("tools");
        Assert.Equal(1, tools.GetProperty("debug/sleep").GetProperty("error_codes").GetProperty("REQUEST_CANCELLED").GetInt32());
    }

    [Fact]
    public async Task Several_calls_have_their_outcomes_in_order()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);

        var outcomes = await client.CallToolsAsync(
        [
            new McpToolCall("debug/sleep", new { ms = 30 }), new McpToolCall("debug/fail", new { message = "no" }), new McpToolCall("debug/echo", new { n = 3 }),
        ]).Bounded();

        Assert.Equal(30, outcomes[0].Result.GetProperty("slept_ms").GetInt32());
        Assert.Equal("TOOL_EXECUTION_FAILED", outcomes[1].Error!.Code);
        Assert.Throws<McpToolFailedException>(() => outcomes[1].Result);
        Assert.Equal(3, outcomes[2].Result.GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Progress_is_told_on_the_way()
    {
        await using var server = await TestServer.StartAsync();
        var told = new List<McpProgress>();
        var client = await Clients.ConnectAsync(server);

        await client.CallToolAsync("debug/progress", new { steps = 3, delay_ms = 0 }, new McpCallOptions { OnProgress = told.Add }).Bounded();
        await client.CloseAsync().Bounded();

        Assert.NotEmpty(told);
        Assert.Equal(3, told[^1].Progress);
        Assert.Equal(3, told[^1].Total);
    }

    [Fact]
    public async Task Many_threads_may_use_one_client()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(n => Task.Run(() => client.CallToolAsync("debug/echo", new { n })))).Bounded();

        Assert.Equal(Enumerable.Range(0, 1000), answers.Select(answer => answer.GetProperty("n").GetInt32()));
        Assert.Equal(0, client.OpenRequests);
    }

    [Fact]
    public async Task What_cannot_be_written_as_json_is_told_to_the_caller_alone()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);

        var unwritable = await Assert.ThrowsAsync<McpInvalidParamsException>(() => client.CallToolAsync("debug/echo", new { x = double.NaN }));

        Assert.Equal("client", (string?)unwritable.Details["source"]);
        Assert.Equal(1, (await client.CallToolAsync("debug/echo", new { x = 1 }).Bounded()).GetProperty("x").GetInt32());
    }

    [Fact]
    public async Task A_wrong_key_and_a_server_that_is_not_there_fail_the_connect()
    {
        int port;
        await using (var server = await TestServer.StartAsync())
        {
            port = server.Url.Port;
            await using var stranger = new McpClient(Clients.Options(port) with { ApiKey = "a-key-nobody-has-made" });
            await Assert.ThrowsAsync<McpInvalidApiKeyException>(() => stranger.ConnectAsync().Bounded());
            Assert.Equal(McpConnectionState.Closed, stranger.State);
        }

        await using var lonely = new McpClient(Clients.Options(port));
        await Assert.ThrowsAsync<McpConnectionFailedException>(() => lonely.ConnectAsync().Bounded());
    }

    [Fact]
    public async Task Events_that_were_subscribed_to_arrive()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);
        var arrived = new TaskCompletionSource<McpEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.EventReceived += (_, received) => arrived.TrySetResult(received);

        Assert.Equal(["tools_changed"], await client.SubscribeAsync(["tools_changed"]).Bounded());
        using var late = server.Tools.Register(new LateTool());

        Assert.Equal("tools_changed", (await arrived.Task.Bounded()).EventType);
        Assert.Empty(await client.UnsubscribeAsync(["tools_changed"]).Bounded());
    }

    [Fact]
    public async Task Diagnostics_of_client_and_server_have_one_shape()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await Clients.ConnectAsync(server);
        await client.CallToolAsync("debug/echo").Bounded();
        await Assert.ThrowsAsync<McpToolFailedException>(() => client.CallToolAsync("debug/fail", new { message = "no" }));

        var ours = client.GetDiagnostics();
        var theirs = JsonNode.Parse((await client.ServerDiagnosticsAsync().Bounded()).GetRawText())!.AsObject();

        Assert.Equal([.. theirs.Select(member => member.Key), "connection"], ours.Select(member => member.Key));
        Assert.Equal(
            theirs["performance_metrics"]!["tools"]!["debug/echo"]!.AsObject().Select(member => member.Key),
            ours["performance_metrics"]!["tools"]!["debug/echo"]!.AsObject().Select(member => member.Key));
        // The hello, the two calls.
        Assert.Equal(3, (int)ours["message_counts"]!["sent"]!);
        Assert.Equal(1.0 / 2, (double)ours["performance_metrics"]!["error_rate"]!);
        Assert.Equal("connected", (string?)ours["connection"]!["status"]);
    }

    [Fact]
    public async Task The_servers_diagnostics_come_to_the_same_callback()
    {
        await using var server = await TestServer.StartAsync();
        var told = new TaskCompletionSource<McpDiagnostic>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = new McpClient(Clients.Options(server.Url.Port) with { Diagnostics = true, DiagnosticsLevel = DiagnosticLevel.Debug });
        client.DiagnosticReceived += (_, diagnostic) =>
        {
            if (diagnostic.Component != "client")
                told.TrySetResult(diagnostic);
        };
        await client.ConnectAsync().Bounded();
        await client.PingAsync().Bounded();

        await Assert.ThrowsAsync<McpProtocolException>(() => client.RequestAsync(new string('m', 129)));

        var diagnostic = await told.Task.Bounded();
        Assert.Equal(("violations", DiagnosticLevel.Warning), (diagnostic.Component, diagnostic.Level));
        Assert.Equal("invalid_message", (string?)diagnostic.Details["type"]);
    }
}
