using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Peers;

/// <summary>The server's side of one connection, frame by frame. Arrays are taken apart.</summary>
internal sealed class PeerConnection
{
    private readonly TcpClient _socket;
    private readonly NetworkStream _stream;
    private readonly Channel<JsonObject?> _messages = Channel.CreateBounded<JsonObject?>(100_000);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource<(int Code, string Reason)> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasClosed;
    private int _ids;

    public PeerConnection(TcpClient socket)
    {
        _socket = socket;
        _stream = socket.GetStream();
        _ = ReadAsync();
    }

    /// <summary>Messages sent, the elements of arrays one by one.</summary>
    public int Sent { get; private set; }

    /// <summary>How many elements each array had that came.</summary>
    public List<int> Arrays { get; } = [];

    /// <summary>The binary messages that came.</summary>
    public Channel<byte[]> Binary { get; } = Channel.CreateBounded<byte[]>(100_000);

    /// <summary>The client's Close, or 1006.</summary>
    public Task<(int Code, string Reason)> Closed => _closed.Task;

    public long Seq { get; set; }

    /// <summary>Answers no Close, and leaves the socket open.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>The next message; null at the end.</summary>
    public Task<JsonObject?> NextAsync() => _messages.Reader.ReadAsync().AsTask().Bounded();

    /// <summary>The next message that is no ack and no heartbeat.</summary>
    public async Task<JsonObject> RequestAsync()
    {
        while (await NextAsync() is { } message)
        {
            if (!IsQuiet(message))
                return message;
        }

        throw new InvalidOperationException("The connection has ended.");
    }

    /// <summary>An ack or a heartbeat: may come at any time.</summary>
    public static bool IsQuiet(JsonObject message) => (string?)message["message_type"] == "heartbeat" || (string?)message["event_type"] == "ack";

    public Task SendAsync(JsonNode message)
    {
        Sent += message is JsonArray array ? array.Count : 1;
        return WriteAsync(0x81, Encoding.UTF8.GetBytes(message.ToJsonString()));
    }

    public Task SendTextAsync(string text)
    {
        Sent++;
        return WriteAsync(0x81, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Frames as they stand.</summary>
    public Task WriteAsync(byte first, byte[] payload)
    {
        // Frames of a server have no mask; otherwise they are as those of a client.
        return WriteRawAsync(RawFrame.Encode(first, payload, mask: null));
    }

    /// <summary>One envelope; numbered, it has the next seq.</summary>
    public Task MessageAsync(string type, JsonObject fields, bool numbered = false)
    {
        var prefix = type switch { "response" => "resp", "event" => "evt", "error" => "err", "diagnostic" => "diag", _ => "hb" };
        var message = new JsonObject { ["protocol_version"] = "2.0", ["message_type"] = type, ["message_id"] = $"{prefix}-p{++_ids}" };
        foreach (var (name, value) in fields)
            message[name] = value?.DeepClone();
        if (numbered)
            message["seq"] = ++Seq;
        return SendAsync(message);
    }

    public Task AnswerAsync(JsonObject request, JsonNode? result, bool numbered = false) =>
        MessageAsync("response", new JsonObject { ["request_id"] = (string)request["message_id"]!, ["result"] = result, ["metrics"] = new JsonObject() }, numbered);

    public Task RefuseAsync(JsonObject request, string code, JsonObject? details = null, bool numbered = false) => MessageAsync(
        "error",
        new JsonObject { ["request_id"] = (string)request["message_id"]!, ["error_code"] = code, ["error_message"] = code.ToLowerInvariant(), ["details"] = details ?? [] },
        numbered);

    /// <summary>Welcomes and answers the hello.</summary>
    public async Task WelcomeAsync(bool resumable = false, JsonObject? changed = null)
    {
        await MessageAsync("event", Welcome.Event(changed));
        var hello = await RequestAsync();
        Seq = 0;
        var result = new JsonObject { ["session_id"] = "ses-1", ["client_id"] = "client-1" };
        if (resumable)
            (result["resume_token"], result["epoch"], result["session_ttl_s"]) = ("t1", 1, 120);
        await AnswerAsync(hello, result, numbered: resumable);
    }

    /// <summary>Sends a Close, waits for the client's.</summary>
    public async Task CloseAsync(int code, string reason = "")
    {
        _hasClosed = true;
        await WriteAsync(0x88, RawFrame.ClosePayload(code, reason));
    }

    /// <summary>Breaks the TCP connection without a Close.</summary>
    public void Cut()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    private async Task WriteRawAsync(byte[] bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // The client has gone; the reading side says so.
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        var close = (Code: 1006, Reason: "");
        try
        {
            while (await FrameAsync() is var (opcode, payload))
            {
                if (opcode == 8)
                {
                    close = payload.Length < 2 ? (1005, "") : (BinaryPrimitives.ReadUInt16BigEndian(payload), Encoding.UTF8.GetString(payload, 2, payload.Length - 2));
                    if (!_hasClosed && !IsDeaf)
                        await WriteAsync(0x88, payload);
                    break;
                }

                if (opcode == 2)
                    Binary.Writer.TryWrite(payload);
                else if (opcode == 1)
                    Take(JsonNode.Parse(payload)!);
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or EndOfStreamException)
        {
            // Without a Close.
        }

        _closed.SetResult(close);
        _messages.Writer.TryWrite(null);
        if (!IsDeaf)
            _socket.Close();
    }

    private void Take(JsonNode value)
    {
        if (value is JsonArray array)
        {
            Arrays.Add(array.Count);
            foreach (var element in array)
                _messages.Writer.TryWrite(element!.AsObject());
        }
        else
        {
            _messages.Writer.TryWrite(value.AsObject());
        }
    }

    // Whole messages only: this client does not fragment.
    private async Task<(int Opcode, byte[] Payload)?> FrameAsync()
    {
        var head = new byte[14];
        await _stream.ReadExactlyAsync(head.AsMemory(0, 2));
        long length = head[1] & 0x7F;
        if (length == 126)
        {
            await _stream.ReadExactlyAsync(head.AsMemory(2, 2));
            length = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2));
        }
        else if (length == 127)
        {
            await _stream.ReadExactlyAsync(head.AsMemory(2, 8));
            length = BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(2));
        }

        var mask = new byte[4];
        await _stream.ReadExactlyAsync(mask);
        var payload = new byte[length];
        await _stream.ReadExactlyAsync(payload);
        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= mask[i % 4];
        return (head[0] & 0x0F, payload);
    }
}
