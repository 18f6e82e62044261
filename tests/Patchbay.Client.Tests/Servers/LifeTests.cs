using System.Text.Json.Nodes;
using Patchbay.Client.Tests.Peers;
using Patchbay.Protocol.Envelope;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Servers;

/// <summary>Opening, closing, and what a peer may do in between.</summary>
public class LifeTests
{
    [Fact]
    public async Task The_key_travels_in_a_header_and_the_subprotocol_is_offered()
    {
        await using var peer = new ScriptedPeer();
        var client = new McpClient(Clients.Options(peer.Port));
        var connecting = client.ConnectAsync();
        var attempt = await peer.AttemptAsync();

        Assert.Equal(TestServer.Key, attempt.Headers["X-API-Key"]);
        Assert.Equal("mcp.v2", attempt.Headers["Sec-WebSocket-Protocol"]);

        await attempt.RefuseAsync(429, new JsonObject { ["error_code"] = "RATE_LIMIT_EXCEEDED", ["error_message"] = "later", ["details"] = new JsonObject() }, "Retry-After: 7\r\n");
        var refused = await Assert.ThrowsAsync<McpRateLimitException>(() => connecting.Bounded());
        Assert.Equal("later", refused.Message);
        Assert.Equal(TimeSpan.FromSeconds(7), refused.RetryAfter);
        await client.CloseAsync().Bounded();
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new McpClient(Clients.Options(peer.Port));
        var connecting = client.ConnectAsync();
        await (await peer.AttemptAsync()).RefuseAsync(302, null, $"Location: {peer.Uri}\r\n");

        var refused = await Assert.ThrowsAsync<McpConnectionFailedException>(() => connecting.Bounded());

        Assert.Equal(302, (int)refused.Details["status"]!);
        Assert.Equal(1, peer.Tried);
    }

    [Fact]
    public async Task Closing_leaves_no_socket_and_no_timer()
    {
        await using var server = await TestServer.StartAsync();
        var client = await Clients.ConnectAsync(server);
        await client.CallToolAsync("debug/echo").Bounded();
        var call = client.CallToolAsync("debug/sleep", new { ms = 600_000 });
        Assert.NotEmpty(Established(server.Url.Port));

        await client.CloseAsync().Bounded();

        var lost = await Assert.ThrowsAsync<McpConnectionLostException>(() => call.Bounded());
        Assert.Equal("unknown", lost.Outcome);
        Assert.Equal(McpConnectionState.Closed, client.State);
        Assert.True(client.Driver.HasNothingLeft);
        await Patience.UntilAsync(() => Established(server.Url.Port).Length == 0, "the socket is gone");
        await client.CloseAsync().Bounded();
    }

    [Fact]
    public async Task A_closed_client_connects_again()
    {
        await using var server = await TestServer.StartAsync();
        var client = await Clients.ConnectAsync(server);
        await client.CloseAsync().Bounded();
        var refused = await Assert.ThrowsAsync<McpConnectionFailedException>(() => client.CallToolAsync("debug/echo"));
        Assert.Equal("not_sent", refused.Outcome);

        await client.ConnectAsync().Bounded();

        Assert.Equal(1, (await client.CallToolAsync("debug/echo", new { n = 1 }).Bounded()).GetProperty("n").GetInt32());
        await client.CloseAsync().Bounded();
    }

    [Fact]
    public async Task A_connect_that_is_cancelled_leaves_nothing()
    {
        await using var peer = new ScriptedPeer();
        var client = new McpClient(Clients.Options(peer.Port));
        using var cancel = new CancellationTokenSource();
        var connecting = client.ConnectAsync(cancel.Token);
        await peer.AttemptAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Bounded());
        Assert.Equal(McpConnectionState.Closed, client.State);
        Assert.True(client.Driver.HasNothingLeft);
    }

    [Fact]
    public async Task States_are_told_in_order()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new McpClient(Clients.Options(peer.Port));
        var states = new List<McpConnectionState>();
        client.StateChanged += (_, state) => states.Add(state);
        var connecting = client.ConnectAsync();
        var first = await peer.OpenAsync();
        await first.WelcomeAsync();
        await connecting.Bounded();
        first.Cut();
        await (await peer.OpenAsync()).WelcomeAsync();
        await Patience.UntilAsync(() => client.State == McpConnectionState.Connected, "connected again");

        await client.CloseAsync().Bounded();

        Assert.Equal(
            [McpConnectionState.Connecting, McpConnectionState.Connected, McpConnectionState.Reconnecting, McpConnectionState.Connected, McpConnectionState.Closed], states);
    }

    [Fact]
    public async Task A_peer_that_answers_no_close_is_not_waited_for_longer_than_told()
    {
        var time = new ManualTime();
        await using var peer = new ScriptedPeer();
        var client = new McpClient(Clients.Options(peer.Port) with { TimeProvider = time, CloseTimeout = TimeSpan.FromSeconds(2) });
        var connecting = client.ConnectAsync();
        var connection = await peer.OpenAsync();
        await connection.WelcomeAsync();
        await connecting.Bounded();
        connection.IsDeaf = true;
        var closing = client.CloseAsync();
        await connection.Closed.Bounded();
        Assert.False(closing.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(2));

        await closing.Bounded();
        Assert.True(client.Driver.HasNothingLeft);
    }

    [Theory]
    [InlineData(1012, "CONNECTION_LOST")]
    [InlineData(1013, "SERVER_OVERLOADED")]
    [InlineData(3456, "CONNECTION_LOST")]
    public async Task A_close_code_is_told_also_when_the_socket_class_does_not_know_it(int code, string error)
    {
        await using var peer = new ScriptedPeer();
        await using var client = new McpClient(Clients.Options(peer.Port) with { Reconnect = false });
        var connecting = client.ConnectAsync();
        var connection = await peer.OpenAsync();
        await connection.WelcomeAsync();
        await connecting.Bounded();
        var call = client.CallToolAsync("debug/echo");
        await connection.RequestAsync();

        await connection.CloseAsync(code, "as it is");

        var lost = await Assert.ThrowsAnyAsync<McpException>(() => call.Bounded());
        Assert.Equal(error, lost.Code);
        Assert.Equal(code, (int)lost.Details["close_code"]!);
    }

    [Fact]
    public async Task A_message_larger_than_was_allowed_ends_the_connection()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new McpClient(Clients.Options(peer.Port) with { MaxMessageBytes = 4096 });
        var connecting = client.ConnectAsync();
        var connection = await peer.OpenAsync();
        await connection.WelcomeAsync();
        await connecting.Bounded();
        var call = client.CallToolAsync("debug/echo");
        var request = await connection.RequestAsync();

        await connection.AnswerAsync(request, new JsonObject { ["text"] = new string('x', 5000) });

        Assert.Equal("MESSAGE_TOO_LARGE", (await Assert.ThrowsAsync<McpProtocolException>(() => call.Bounded())).Code);
        Assert.Equal(1009, (await connection.Closed.Bounded()).Code);
    }

    [Fact]
    public async Task Calls_made_together_leave_as_one_message_when_that_is_wanted()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new McpClient(Clients.Options(peer.Port) with { Batching = true });
        var connecting = client.ConnectAsync();
        var connection = await peer.OpenAsync();
        await connection.WelcomeAsync();
        await connecting.Bounded();

        // Under the driver's lock nothing leaves in between.
        var calls = client.Driver.Look(_ => Enumerable.Range(0, 10).Select(n => client.CallToolAsync("debug/echo", new { n })).ToArray());
        foreach (var n in Enumerable.Range(0, 10))
            await connection.AnswerAsync(await connection.RequestAsync(), new JsonObject { ["n"] = n });
        await Task.WhenAll(calls).Bounded();

        Assert.Equal([10], connection.Arrays);
    }

    [Fact]
    public async Task A_callback_that_throws_harms_nobody_and_is_told()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new McpClient(Clients.Options(server.Url.Port));
        var told = new TaskCompletionSource<McpDiagnostic>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.StateChanged += (_, _) => throw new InvalidOperationException("a fault of the user's");
        client.DiagnosticReceived += (_, diagnostic) => told.TrySetResult(diagnostic);
        await client.ConnectAsync().Bounded();

        var diagnostic = await told.Task.Bounded();

        Assert.Equal("callback_failed", (string?)diagnostic.Details["kind"]);
        Assert.Equal(DiagnosticLevel.Warning, diagnostic.Level);
        Assert.Contains("a fault of the user's", diagnostic.Message, StringComparison.Ordinal);
        await client.PingAsync().Bounded();
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        var good = Clients.Options(1);

        Assert.Equal("RequestTimeout", Assert.Throws<ArgumentOutOfRangeException>(() => new McpClient(good with { RequestTimeout = TimeSpan.FromSeconds(301) })).ParamName);
        Assert.Equal("ReconnectMaxDelay", Assert.Throws<ArgumentOutOfRangeException>(() => new McpClient(good with { ReconnectMaxDelay = TimeSpan.Zero })).ParamName);
        Assert.Equal("ApiKey", Assert.Throws<ArgumentException>(() => new McpClient(good with { ApiKey = "with space" })).ParamName);
        Assert.Equal("Uri", Assert.Throws<ArgumentException>(() => new McpClient(good with { Uri = new Uri("http://127.0.0.1/") })).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => new McpClientPool(good, 65));
        Assert.DoesNotContain(good.ApiKey, good.ToString(), StringComparison.Ordinal);
    }

    // State 01 of proc(5)'s table of sockets, by the port of the other end; IPv4 and IPv6.
    private static string[] Established(int port) =>
        [.. new[] { "/proc/self/net/tcp", "/proc/self/net/tcp6" }.SelectMany(File.ReadLines).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[2].EndsWith($":{port:X4}", StringComparison.Ordinal) && fields[3] == "01").Select(fields => fields[2])];
}
