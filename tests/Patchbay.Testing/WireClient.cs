using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Patchbay.Testing;

/// <summary>A WebSocket client that is not ours, and sends and reads JSON as it stands.</summary>
public sealed class WireClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private int _number;

    /// <summary>The first message: the welcome.</summary>
    public JsonObject Welcome { get; private set; } = [];

    /// <summary>The subprotocol the server chose, or null.</summary>
    public string? Subprotocol => _socket.SubProtocol;

    /// <summary>The code of the server's Close, once <see cref="ReadAsync"/> has given null.</summary>
    public int? CloseCode => (int?)_socket.CloseStatus;

    /// <summary>Connects with a key and reads the welcome.</summary>
    public static async Task<WireClient> ConnectAsync(TestServer server, string key = TestServer.Key)
    {
        var client = new WireClient();
        client._socket.Options.SetRequestHeader("X-API-Key", key);
        client._socket.Options.AddSubProtocol("mcp.v2");
        client._socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await client._socket.ConnectAsync(new Uri($"ws://{server.Url.Authority}/api/mcp/ws"), CancellationToken.None).Bounded();
        client.Welcome = (await client.ReadAsync())!;
        return client;
    }

    /// <summary>Sends a text message as it stands.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends the bytes of a text message.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> utf8) =>
        _socket.SendAsync(utf8, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).AsTask().Bounded();

    /// <summary>Sends a request as an envelope.</summary>
    /// <returns>Its message id.</returns>
    public async Task<string> RequestAsync(string method, string parameters = "{}", string? id = null)
    {
        id ??= $"req-{Interlocked.Increment(ref _number)}";
        await SendAsync($$"""{"protocol_version":"2.0","message_type":"request","message_id":"{{id}}","method":"{{method}}","params":{{parameters}}}""");
        return id;
    }

    /// <summary>Calls a tool.</summary>
    /// <param name="tool">Its name.</param>
    /// <param name="arguments">Its arguments as JSON.</param>
    /// <param name="more">Further members of the params, each with a comma before it, for example <c>,"stream":true</c>.</param>
    public Task<string> CallAsync(string tool, string arguments = "{}", string more = "") =>
        RequestAsync("tools/call", $$"""{"name":"{{tool}}","arguments":{{arguments}}{{more}}}""");

    /// <summary>The next message; null when the server has closed.</summary>
    public async Task<JsonObject?> ReadAsync()
    {
        var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, CancellationToken.None).Bounded();
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            bytes.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return JsonNode.Parse(bytes.ToArray())!.AsObject();
        }
    }

    /// <summary>Reads up to the answer to a request; events before it are passed over.</summary>
    public async Task<JsonObject> AnswerAsync(string id)
    {
        while (await ReadAsync() is { } message)
        {
            if ((string?)message["request_id"] == id || (string?)message["id"] == id)
                return message;
        }

        throw new InvalidOperationException($"Closed with {CloseCode} before {id} was answered.");
    }

    /// <summary>Sends a request and reads up to its answer.</summary>
    public async Task<JsonObject> AskAsync(string method, string parameters = "{}") => await AnswerAsync(await RequestAsync(method, parameters));

    /// <summary>Reads up to the first event of a type.</summary>
    public async Task<JsonObject> EventAsync(string eventType)
    {
        while (await ReadAsync() is { } message)
        {
            if ((string?)message["event_type"] == eventType)
                return message;
        }

        throw new InvalidOperationException($"Closed with {CloseCode} before {eventType} came.");
    }

    /// <summary>Reads to the server's Close.</summary>
    /// <returns>Its code, and the messages before it.</returns>
    public async Task<(int? Code, IReadOnlyList<JsonObject> Before)> EndAsync()
    {
        var before = new List<JsonObject>();
        while (await ReadAsync() is { } message)
            before.Add(message);
        return (CloseCode, before);
    }

    /// <summary>Closes with 1000 and waits for the server's Close.</summary>
    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Bounded();

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();
}
