using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Http;

/// <summary>How many may come in, and from where (protocol sections 2 and 8).</summary>
public sealed class DoorTests
{
    [Fact]
    [Requirement("PROTO-2-21")]
    public async Task Who_is_no_trusted_proxy_cannot_hide_behind_forwarded_addresses()
    {
        await using var server = await ServerProcess.StartAsync();
        using var standing = await server.OpenAsync(server.Keys.PlainKey);
        for (var i = 0; i < 10; i++)
            Assert.Equal(401, (await server.GetAsync("/api/mcp/status", $"wrong-{i}", $"10.3.0.{i}")).Status);
        Assert.Equal(429, (await server.GetAsync("/api/mcp/status", TestServer.Key, "10.3.0.99")).Status);
        using var handshake = await RawPeer.ConnectAsync(server.Url);
        var refused = await handshake.HandshakeAsync();
        Assert.Equal((429, "RATE_LIMIT_EXCEEDED"), (refused.Status, refused.ErrorCode));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"]), 1, 900);

        // Standing connections go on, and nothing forged is in the audit log.
        Assert.NotNull((await standing.AskAsync("ping"))["result"]);
        await Patience.UntilAsync(() => server.AuditLines().Count(line => line.Contains("key_refused", StringComparison.Ordinal)) == 10, "Ten refused keys in the audit log.");
        Assert.DoesNotContain(server.AuditLines(), line => line.Contains("10.3.0.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_eleventh_connection_of_a_key_waits_outside_and_another_key_does_not()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__ConnectionsPerKey", "10"));
        var peers = new List<RawPeer>();
        for (var i = 0; i < 10; i++)
            peers.Add(await server.OpenAsync());
        await IsRefusedAsync(server);
        using var other = await server.OpenAsync(server.Keys.PlainKey);
        await peers[0].SendCloseAsync(1000);
        await peers[0].ReadToEndAsync();
        var status = 0;
        await Patience.UntilAsync(() => (status = TryOpen(server)) == 101, "A place that is free again.");
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task An_address_has_so_many_connections_and_no_more_whatever_its_keys()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__ConnectionsPerAddress", "3"));
        using var one = await server.OpenAsync();
        using var two = await server.OpenAsync(server.Keys.PlainKey);
        using var three = await server.OpenAsync(server.Keys.ReporterKey);
        await IsRefusedAsync(server);
        Assert.NotNull((await one.AskAsync("ping"))["result"]);
    }

    [Fact]
    [Requirement("PROTO-11-07")]
    public async Task An_address_that_knocks_too_often_waits()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__HandshakesPerMinutePerAddress", "5"));
        for (var i = 0; i < 5; i++)
        {
            using var peer = await server.OpenAsync();
        }

        await IsRefusedAsync(server);
        Assert.Equal(200, (await server.GetAsync("/api/mcp/status")).Status);
    }

    private static async Task IsRefusedAsync(ServerProcess server)
    {
        using var peer = await RawPeer.ConnectAsync(server.Url);
        var answer = await peer.HandshakeAsync();
        Assert.Equal((429, "RATE_LIMIT_EXCEEDED"), (answer.Status, answer.ErrorCode));
        Assert.InRange(int.Parse(answer.Headers["Retry-After"]), 1, 60);
    }

    private static int TryOpen(ServerProcess server)
    {
        using var peer = RawPeer.ConnectAsync(server.Url).GetAwaiter().GetResult();
        return peer.HandshakeAsync().GetAwaiter().GetResult().Status;
    }
}
