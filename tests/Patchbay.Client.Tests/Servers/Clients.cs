using Patchbay.Testing;

namespace Patchbay.Client.Tests.Servers;

/// <summary>Clients of the servers that tests start.</summary>
internal static class Clients
{
    public static McpClientOptions Options(int port) => new()
    {
        Uri = new Uri($"ws://127.0.0.1:{port}/api/mcp/ws"),
        ApiKey = TestServer.Key,
        // A test that loses a connection does not wait for it.
        ReconnectInitialDelay = TimeSpan.FromMilliseconds(1),
        ReconnectMaxDelay = TimeSpan.FromMilliseconds(20),
    };

    public static async Task<McpClient> ConnectAsync(TestServer server) => await ConnectAsync(Options(server.Url.Port));

    public static async Task<McpClient> ConnectAsync(McpClientOptions options)
    {
        var client = new McpClient(options);
        await client.ConnectAsync().Bounded();
        return client;
    }
}
