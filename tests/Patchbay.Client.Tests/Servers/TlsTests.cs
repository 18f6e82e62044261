using Patchbay.Testing;

namespace Patchbay.Client.Tests.Servers;

/// <summary>Connections over TLS. Whom to trust is the system's affair: on Linux its store, or the file that <c>SSL_CERT_FILE</c> names.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task A_server_is_used_over_wss_when_its_certificate_is_trusted()
    {
        await using var server = await HostProcess.StartWithTlsAsync();

        var outcome = await server.TrustingCommandAsync("call", "debug/echo", """{"a":"ä"}""");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal("ä", (string?)outcome.Json["a"]);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_a_connection_that_failed_and_the_reason_is_told()
    {
        await using var server = await HostProcess.StartWithTlsAsync();
        await using var client = new McpClient(Clients.Options(server.Url.Port) with { Uri = new Uri($"wss://127.0.0.1:{server.Url.Port}/api/mcp/ws"), Reconnect = false });

        var fault = await Assert.ThrowsAsync<McpConnectionFailedException>(() => client.ConnectAsync().Bounded());
        Assert.Equal("CONNECTION_FAILED", fault.Code);
        Assert.Contains("certificate", fault.Message, StringComparison.Ordinal);
    }
}
