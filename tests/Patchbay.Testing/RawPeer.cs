using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Patchbay.Testing;

/// <summary>A client that writes the bytes and frames it is told to, right or wrong, and reads what comes back.</summary>
public sealed class RawPeer : IDisposable
{
    /// <summary>The key of the example of RFC 6455 §1.3.</summary>
    public const string WebSocketKey = "dGhlIHNhbXBsZSBub25jZQ==";

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly Uri _url;
    private Stream _stream = Stream.Null;

    private RawPeer(Uri url) => _url = url;

    /// <summary>Opens a TCP connection.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="receiveBytes">The socket's receive buffer, small for a peer that is to be slow.</param>
    public static async Task<RawPeer> ConnectAsync(Uri url, int? receiveBytes = null)
    {
        var peer = new RawPeer(url);
        if (receiveBytes is { } bytes)
            peer._tcp.ReceiveBufferSize = bytes;
        await peer._tcp.ConnectAsync(url.Host, url.Port).Bounded();
        peer._stream = peer._tcp.GetStream();
        return peer;
    }

    /// <summary>Connects and finishes a handshake with the tests' key; the welcome has been read.</summary>
    public static async Task<RawPeer> OpenAsync(Uri url, int? receiveBytes = null)
    {
        var peer = await ConnectAsync(url, receiveBytes);
        var answer = await peer.HandshakeAsync();
        if (answer.Status != 101)
            throw new InvalidOperationException($"The handshake ended with {answer.Status}: {answer.Body}");
        await peer.ReadMessageAsync();
        return peer;
    }

    /// <summary>Sends the opening handshake and reads the answer.</summary>
    /// <param name="change">Headers to set, or to leave out when the value is null.</param>
    /// <param name="path">Path and query.</param>
    public Task<HttpAnswer> HandshakeAsync(IReadOnlyDictionary<string, string?>? change = null, string path = "/api/mcp/ws")
    {
        var headers = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Host"] = $"{_url.Host}:{_url.Port}",
            ["Connection"] = "Upgrade",
            ["Upgrade"] = "websocket",
            ["Sec-WebSocket-Version"] = "13",
            ["Sec-WebSocket-Key"] = WebSocketKey,
            ["X-API-Key"] = TestServer.Key,
        };
        foreach (var (name, value) in change ?? new Dictionary<string, string?>())
            headers[name] = value;
        var lines = headers.Where(header => header.Value is not null).Select(header => $"{header.Key}: {header.Value}\r\n");
        return RequestAsync($"GET {path} HTTP/1.1\r\n{string.Concat(lines)}\r\n");
    }

    /// <summary>Sends a request as it stands and reads the answer.</summary>
    public async Task<HttpAnswer> RequestAsync(string text)
    {
        await SendAsync(Encoding.Latin1.GetBytes(text));
        return await HttpAnswer.ReadAsync(_stream).Bounded();
    }

    /// <summary>Sends bytes.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes).AsTask().Bounded();

    /// <summary>Sends a frame.</summary>
    public Task SendFrameAsync(byte first, ReadOnlyMemory<byte> payload) => SendAsync(RawFrame.Encode(first, payload.Span));

    /// <summary>Sends a whole text message.</summary>
    public Task SendTextAsync(string text) => SendFrameAsync(0x81, Encoding.UTF8.GetBytes(text));

    /// <summary>Sends a Close frame.</summary>
    public Task SendCloseAsync(int code) => SendFrameAsync(0x88, RawFrame.ClosePayload(code));

    /// <summary>The next frame; null at FIN.</summary>
    public async Task<RawFrame?> ReadFrameAsync()
    {
        var head = new byte[2];
        if (await _stream.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false).AsTask().Bounded() < 2)
            return null;
        long length = head[1] & 0x7F;
        if (length >= 126)
        {
            var wide = new byte[length == 126 ? 2 : 8];
            await _stream.ReadExactlyAsync(wide).AsTask().Bounded();
            length = wide.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(wide) : BinaryPrimitives.ReadInt64BigEndian(wide);
        }

        var payload = new byte[length];
        await _stream.ReadExactlyAsync(payload).AsTask().Bounded();
        return new RawFrame(head[0], payload);
    }

    /// <summary>The next text message; pings and pongs are passed over.</summary>
    public async Task<JsonObject> ReadMessageAsync()
    {
        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.Opcode == 1)
                return frame.Json;
            if (frame.Opcode == 8)
                throw new InvalidOperationException($"Closed with {frame.CloseCode} {frame.CloseReason} while a message was expected.");
        }

        throw new InvalidOperationException("The connection ended while a message was expected.");
    }

    /// <summary>Reads to the Close and the FIN behind it; the messages before it are given too.</summary>
    public async Task<(RawFrame Close, IReadOnlyList<JsonObject> Before)> ReadToEndAsync()
    {
        var messages = new List<JsonObject>();
        RawFrame? close = null;
        while (await ReadFrameAsync() is { } frame)
        {
            if (close is not null)
                throw new InvalidOperationException("A frame came behind the Close.");
            if (frame.Opcode == 1)
                messages.Add(frame.Json);
            if (frame.Opcode == 8)
                close = frame;
        }

        return (close ?? throw new InvalidOperationException("The connection ended without a Close."), messages);
    }

    /// <summary>Ends sending with a FIN and no Close; reading goes on.</summary>
    public void FinishSending() => _tcp.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        _tcp.LingerState = new LingerOption(enable: true, seconds: 0);
        _tcp.Close();
    }

    /// <inheritdoc />
    public void Dispose() => _tcp.Dispose();
}
