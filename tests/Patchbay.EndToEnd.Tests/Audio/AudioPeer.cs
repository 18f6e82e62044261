using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Audio;

/// <summary>A client that streams as fast as the socket takes it: where the server is slower, TCP holds it back.</summary>
internal sealed class AudioPeer : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private int _number;

    public static async Task<AudioPeer> OpenAsync(ServerProcess server, string key = TestServer.Key)
    {
        var peer = new AudioPeer();
        peer._socket.Options.SetRequestHeader("X-API-Key", key);
        await peer._socket.ConnectAsync(new UriBuilder(server.Url) { Scheme = "ws", Path = "/api/mcp/ws" }.Uri, CancellationToken.None).Bounded();
        Assert.Equal("welcome", (string?)(await peer.ReadAsync())["event_type"]);
        return peer;
    }

    /// <summary>Calls a tool; the whole answer. What comes before it is passed over, or kept in <paramref name="before"/>.</summary>
    public async Task<JsonObject> CallAsync(string tool, object arguments, ICollection<JsonObject>? before = null)
    {
        var id = $"a{++_number}";
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method = "tools/call", @params = new { name = tool, arguments } }), WebSocketMessageType.Text, true, CancellationToken.None).Bounded();
        while (true)
        {
            var message = await ReadAsync();
            if ((string?)message["id"] == id)
                return message.Kept();
            before?.Add(message);
        }
    }

    /// <summary>Calls a tool; its result.</summary>
    public async Task<JsonNode> ResultAsync(string tool, object arguments, ICollection<JsonObject>? before = null)
    {
        var answer = await CallAsync(tool, arguments, before);
        Assert.True(answer["result"] is not null, answer.ToJsonString());
        return answer["result"]!;
    }

    public Task SendAsync(ushort stream, uint sequence, ulong captured, ReadOnlySpan<byte> payload, byte flags = 0)
    {
        var frame = new byte[16 + payload.Length];
        (frame[0], frame[1]) = (1, flags);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(2), stream);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(8), captured);
        payload.CopyTo(frame.AsSpan(16));
        return _socket.SendAsync(frame, WebSocketMessageType.Binary, true, CancellationToken.None).Bounded();
    }

    /// <summary>The next message.</summary>
    public async Task<JsonObject> ReadAsync()
    {
        using var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, CancellationToken.None).Bounded();
            Assert.True(part.MessageType == WebSocketMessageType.Text, $"closed with {part.CloseStatus} {part.CloseStatusDescription}");
            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return JsonNode.Parse(Encoding.UTF8.GetString(text.ToArray()))!.AsObject();
        }
    }

    /// <summary>Ends as a process does that dies: without a word.</summary>
    public void Dispose() => _socket.Dispose();
}
