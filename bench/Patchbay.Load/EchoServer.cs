using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Patchbay.Load;

/// <summary>The yardstick: the plainest WebSocket echo Kestrel can be made to serve. It reads a message into a buffer and sends the same bytes back.</summary>
internal static class EchoServer
{
    private const int BufferBytes = 4096;

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.Map("/echo", async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await EchoAsync(socket);
        });
        await app.StartAsync();
        Console.WriteLine($"Echo listens on {app.Urls.Single()}");
        await app.WaitForShutdownAsync();
    }

    private static async Task EchoAsync(WebSocket socket)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } received)
                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The client went without a Close.
        }
    }
}
