using System.Text.Json.Nodes;
using Patchbay.Client.Tests.Peers;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Servers;

/// <summary>Several connections used as one.</summary>
public class PoolTests
{
    [Fact]
    public async Task Calls_go_to_the_connection_with_the_fewest_open()
    {
        await using var server = await TestServer.StartAsync();
        await using var pool = new McpClientPool(Clients.Options(server.Url.Port), 3);
        await pool.ConnectAsync().Bounded();

        var calls = Enumerable.Range(0, 6).Select(_ => pool.CallToolAsync("debug/sleep", new { ms = 300 })).ToArray();
        Assert.Equal([2, 2, 2], pool.Clients.Select(client => client.OpenRequests));
        await Task.WhenAll(calls).Bounded();

        Assert.Equal(3, (int)pool.GetDiagnostics()["active_connections"]!);
        Assert.Equal(3, pool.GetDiagnostics()["clients"]!.AsArray().Count);
        await pool.CloseAsync().Bounded();
        Assert.Empty(pool.Clients);
        await Assert.ThrowsAsync<McpConnectionFailedException>(() => Task.Run(() => pool.CallToolAsync("debug/echo")));
    }

    [Fact]
    public async Task A_broken_connection_is_replaced()
    {
        await using var peer = new ScriptedPeer();
        await using var pool = new McpClientPool(Clients.Options(peer.Port) with { ReconnectMaxAttempts = 1, Resumable = false }, 1);
        var connecting = pool.ConnectAsync();
        var first = await peer.OpenAsync();
        await first.WelcomeAsync();
        await connecting.Bounded();
        var broken = pool.Clients.Single();

        first.Cut();
        await (await peer.AttemptAsync()).RefuseAsync(500);
        await (await peer.OpenAsync()).WelcomeAsync();

        await Patience.UntilAsync(() => pool.Clients is [{ State: McpConnectionState.Connected } other] && other != broken, "another took its place");
        Assert.True(broken.Driver.HasNothingLeft);
    }

    [Fact]
    public async Task When_the_key_is_revoked_calls_fail_with_that_error()
    {
        await using var peer = new ScriptedPeer();
        await using var pool = new McpClientPool(Clients.Options(peer.Port), 1);
        var connecting = pool.ConnectAsync();
        var first = await peer.OpenAsync();
        await first.WelcomeAsync();
        await connecting.Bounded();

        await first.CloseAsync(4401, "INVALID_API_KEY");

        await Patience.UntilAsync(() => pool.Clients.Count == 0, "it is left out");
        await Assert.ThrowsAsync<McpInvalidApiKeyException>(() => Task.Run(() => pool.CallToolAsync("debug/echo")));
        Assert.Equal(1, peer.Tried);
    }

    [Fact]
    public async Task A_pool_that_cannot_connect_all_closes_those_that_could()
    {
        await using var peer = new ScriptedPeer();
        await using var pool = new McpClientPool(Clients.Options(peer.Port), 2);
        var connecting = pool.ConnectAsync();
        var first = await peer.OpenAsync();
        await first.WelcomeAsync();

        await (await peer.AttemptAsync()).RefuseAsync(401, new JsonObject { ["error_code"] = "INVALID_API_KEY", ["error_message"] = "no", ["details"] = new JsonObject() });

        await Assert.ThrowsAsync<McpInvalidApiKeyException>(() => connecting.Bounded());
        Assert.Equal(1000, (await first.Closed.Bounded()).Code);
        Assert.Empty(pool.Clients);
    }
}
