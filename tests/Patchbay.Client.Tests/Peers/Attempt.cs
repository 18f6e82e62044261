using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Patchbay.Client.Tests.Peers;

/// <summary>A handshake that waits for its decision.</summary>
internal sealed class Attempt
{
    private readonly TcpClient _socket;

    private Attempt(TcpClient socket, Dictionary<string, string> headers)
    {
        _socket = socket;
        Headers = headers;
    }

    /// <summary>The headers of the request, by name without regard to case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    public static async Task<Attempt?> ReadAsync(TcpClient socket)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await socket.GetStream().ReadAsync(one) == 0)
                return null;
            text.Append((char)one[0]);
        }

        var headers = text.ToString().Split("\r\n").Skip(1).Where(line => line.Contains(':'))
            .ToDictionary(line => line[..line.IndexOf(':')], line => line[(line.IndexOf(':') + 1)..].Trim(), StringComparer.OrdinalIgnoreCase);
        return new Attempt(socket, headers);
    }

    /// <summary>Lets it in.</summary>
    public async Task<PeerConnection> AcceptAsync()
    {
        // RFC 6455 §4.2.2: the key and a fixed GUID, hashed.
#pragma warning disable CA5350 // What the standard says.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(Headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await WriteAsync($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mcp.v2\r\n\r\n");
        return new PeerConnection(_socket);
    }

    /// <summary>Refuses it.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body, as JSON.</param>
    /// <param name="headers">Further headers, each with its line end.</param>
    public async Task RefuseAsync(int status, JsonNode? body = null, string headers = "")
    {
        var text = body?.ToJsonString() ?? "";
        await WriteAsync($"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\n{headers}\r\n{text}");
    }

    private Task WriteAsync(string text) => _socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
}
