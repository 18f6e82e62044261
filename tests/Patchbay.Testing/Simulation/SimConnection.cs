using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Patchbay.Testing.Simulation;

/// <summary>A message the server wrote, and where it ends in what the server has written.</summary>
internal readonly record struct WireMessage(long End, JsonElement Json, int CloseCode, byte[] Bytes);

/// <summary>One simulated TCP connection: bytes under way in both directions, delivered when and as far as the simulation says.</summary>
internal sealed class SimConnection
{
    private readonly World _world;
    private readonly ByteFifo _toServer = new();
    private readonly ByteFifo _written = new();
    private readonly Queue<WireMessage> _messages = new();
    private readonly Queue<(long End, string Id)> _counted = new();
    private long _sentBytes;
    private long _takenBytes;
    private long _writtenBytes;
    private long _deliveredBytes;
    private bool _isEndTold;

    public SimConnection(World world, SimServer server, int number)
    {
        _world = world;
        Server = server;
        Number = number;
        Stream = new SimStream(this);
    }

    public int Number { get; }

    public SimServer Server { get; }

    public SimStream Stream { get; }

    /// <summary>Whose messages are written here, once that is known.</summary>
    public string? SessionId { get; set; }

    /// <summary>The session the client wants to go on with, and what it has of it.</summary>
    public (string SessionId, long LastSeq)? Resuming { get; set; }

    /// <summary>Who is at the other end, when it is none of the clients.</summary>
    public Intruder Intruder { get; init; }

    /// <summary>Which client is at the other end; below 0 when it is none of them.</summary>
    public int Sender { get; init; } = -1;

    /// <summary>The highest number written here.</summary>
    public long HighestSeq { get; set; }

    public override string ToString() => $"{Number}{(Server.IsDead ? " of the dead" : "")}{(IsServed ? " served" : "")}";

    /// <summary>Whether the client listens no more.</summary>
    public bool IsLeft { get; private set; }

    /// <summary>Whether the server has ended it.</summary>
    public bool IsServed { get; private set; }

    public bool HasBytesToServer => _toServer.Count > 0 || (IsLeft && !_isEndTold);

    public bool HasBytesToClient => !IsLeft && (_messages.Count > 0 || IsServed);

    /// <summary>The server's writing; false when the way is full. What is written counts as written also then.</summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        if (Server.IsDead)
            return true;
        _world.Note(bytes);
        _writtenBytes += bytes.Length;
        _written.Add(bytes);
        Parse();
        return IsLeft || _writtenBytes - _deliveredBytes <= _world.Settings.WindowBytes;
    }

    /// <summary>The client sends a text, masked with zero (RFC 6455 §5.3 allows any mask).</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">Its id, when the rate limit counts it and the client is to hear what comes of it.</param>
    public void Send(string text, string? id = null)
    {
        _world.Trace?.Invoke($"{_world.Step} connection {Number} is sent {text}");
        var payload = Encoding.UTF8.GetBytes(text);
        Span<byte> head = stackalloc byte[8];
        head[0] = 0x81;
        head[1] = (byte)(0x80 | (payload.Length < 126 ? payload.Length : 126));
        if (payload.Length >= 126)
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], checked((ushort)payload.Length));
        var length = payload.Length < 126 ? 2 : 4;
        head[length..(length + 4)].Clear();
        _toServer.Add(head[..(length + 4)]);
        _toServer.Add(payload);
        _sentBytes += length + 4 + payload.Length;
        if (id is not null)
            _counted.Enqueue((_sentBytes, id));
    }

    /// <summary>The client sends Close.</summary>
    public void SendClose(int code)
    {
        _toServer.Add([0x88, 0x82, 0, 0, 0, 0, (byte)(code >> 8), (byte)code]);
        _sentBytes += 8;
    }

    /// <summary>Some bytes arrive at the server, at last the client's end.</summary>
    public void DeliverToServer(int atMost)
    {
        if (Server.IsDead)
        {
            _toServer.Clear();
            _isEndTold = true;
            return;
        }

        var count = Math.Min(atMost, _toServer.Count);
        if (count > 0)
        {
            Span<byte> bytes = _toServer.Span[..count].ToArray();
            _toServer.Drop(count);
            _takenBytes += count;
            while (_counted.TryPeek(out var next) && next.End <= _takenBytes)
                Server.Limit.Arrived(Sender, _counted.Dequeue().Id);
            Stream.Arrive(bytes);
        }
        else if (IsLeft && !_isEndTold)
        {
            _isEndTold = true;
            Stream.End();
        }
    }

    /// <summary>The next message arrives at the client; null at the server's end.</summary>
    public WireMessage? DeliverToClient()
    {
        if (!_messages.TryDequeue(out var message))
            return null;
        // What is no message (pings) counts as read with the last one.
        _deliveredBytes = _messages.Count > 0 ? message.End : _writtenBytes - _written.Count;
        if (!Server.IsDead)
            Stream.MakeRoom();
        return message;
    }

    /// <summary>The client leaves: of what it has sent a part arrives yet, of what was sent to it nothing. The server hears of the end later.</summary>
    public void Leave(int arriving)
    {
        if (IsLeft)
            return;
        if (arriving > 0 && _toServer.Count > 0)
            DeliverToServer(arriving);
        _toServer.Clear();
        IsLeft = true;
        _messages.Clear();
        if (!Server.IsDead)
            Stream.MakeRoom();
    }

    /// <summary>When the server ended it, in the time servers have run.</summary>
    public TimeSpan? ServedAt { get; private set; }

    /// <summary>The server has ended the connection.</summary>
    public void Served()
    {
        if (!IsServed)
            _world.Trace?.Invoke($"{_world.Step} connection {Number} is over for the server at {_world.Up.TotalSeconds:0.0} s");
        ServedAt ??= _world.Up;
        IsServed = true;
    }

    /// <summary>The server aborts the socket.</summary>
    public void Abort()
    {
        Served();
        Stream.Reset();
    }

    private void Parse()
    {
        while (_written.Count >= 2)
        {
            var span = _written.Span;
            var wide = span[1] & 0x7F;
            var head = wide switch { 126 => 4, 127 => 10, _ => 2 };
            if (span.Length < head)
                return;
            var length = wide switch
            {
                126 => BinaryPrimitives.ReadUInt16BigEndian(span[2..]),
                127 => (int)BinaryPrimitives.ReadInt64BigEndian(span[2..]),
                _ => wide,
            };
            if (span.Length < head + length)
                return;
            var payload = span.Slice(head, length).ToArray();
            var opcode = span[0] & 0x0F;
            _written.Drop(head + length);
            var end = _writtenBytes - _written.Count;
            if (opcode == 8)
                Queue(new WireMessage(end, default, length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload), payload));
            else if (opcode == 1)
                Queue(new WireMessage(end, JsonElement.Parse(payload), 0, payload));
        }
    }

    private void Queue(in WireMessage message)
    {
        _world.Trace?.Invoke($"{_world.Step} connection {Number} is written {(message.CloseCode == 0 ? Encoding.UTF8.GetString(message.Bytes) : message.CloseCode)}");
        _world.Checks.Written(this, message);
        if (IsLeft)
            return;
        var copies = _world.CopiesOf(message);
        for (var i = 0; i < copies; i++)
            _messages.Enqueue(message);
    }
}
