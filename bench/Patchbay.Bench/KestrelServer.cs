using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Patchbay.AspNetCore;
using Patchbay.Tools.Debug;

namespace Patchbay.Bench;

/// <summary>The whole server in this process, behind Kestrel and a real socket, with a client that allocates nothing.</summary>
internal sealed class KestrelServer : IDisposable
{
    private const string Key = "bench-key-0123456789";

    private readonly WebApplication _app;
    private readonly string _directory = Directory.CreateTempSubdirectory("patchbay-bench-").FullName;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[65_536];

    public KestrelServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["PATCHBAY_API_KEY"] = Key,
            ["Patchbay:DataDirectory"] = _directory,
            ["Patchbay:Store:Kind"] = "memory",
            ["Patchbay:DebugTools"] = "true",
            ["Patchbay:RateLimit:MessagesPerMinute"] = "1000000000",
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPatchbay();
        builder.Services.AddDebugTools(_directory);
        _app = builder.Build();
        _app.MapPatchbay();
        _app.Start();
        Connect(new Uri(_app.Urls.Single()));
    }

    /// <summary>Sends frames in one write and waits for as many answers.</summary>
    public void Call(ReadOnlySpan<byte> frames, int count)
    {
        _socket.Send(frames);
        var (start, end) = (0, 0);
        while (count > 0)
        {
            end += _socket.Receive(_received.AsSpan(end));
            while (FrameEnd(start, end) is var next and > 0)
            {
                start = next;
                count--;
            }
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _app.StopAsync().GetAwaiter().GetResult();
        ((IDisposable)_app).Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    // Where the frame ends that starts there, or 0 when it has not arrived; answers have up to 65,535 bytes.
    private int FrameEnd(int start, int end)
    {
        if (end - start < 4)
            return 0;
        var isShort = _received[start + 1] < 126;
        var length = isShort ? _received[start + 1] : (_received[start + 2] << 8) | _received[start + 3];
        var next = start + (isShort ? 2 : 4) + length;
        return next <= end ? next : 0;
    }

    private void Connect(Uri url)
    {
        _socket.Connect(IPAddress.Loopback, url.Port);
        _socket.Send(Encoding.ASCII.GetBytes(
            $"GET /api/mcp/ws HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-API-Key: {Key}\r\n\r\n"));
        // The head of the answer and, behind it, the welcome.
        var end = 0;
        int head;
        while ((head = _received.AsSpan(0, end).IndexOf("\r\n\r\n"u8)) < 0 || FrameEnd(head + 4, end) == 0)
        {
            var count = _socket.Receive(_received.AsSpan(end));
            if (count == 0)
                throw new IOException("The handshake was refused: " + Encoding.ASCII.GetString(_received, 0, end));
            end += count;
        }
    }
}
