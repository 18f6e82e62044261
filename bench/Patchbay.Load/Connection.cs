using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Patchbay.Load;

/// <summary>One WebSocket on the client's side, as cheap as can be: a raw socket, frames made beforehand, and just as much parsing as telling an answer needs.</summary>
internal sealed class Connection : IDisposable
{
    // Answers may overtake each other, but never by so many.
    private const int Ring = 4096;

    private static readonly byte[] TypeOfMessage = [.. "\"message_type\":\""u8];

    private readonly byte[] _received;
    private readonly long[] _sentAt = new long[Ring];
    private readonly byte[] _sending;
    private int _start;
    private int _end;
    private int _toSend;
    private long _lastId;
    private long _answers;

    private Connection(Socket socket, int bufferBytes)
    {
        Socket = socket;
        _received = new byte[bufferBytes];
        _sending = new byte[bufferBytes];
    }

    public Socket Socket { get; }

    /// <summary>Requests without an answer.</summary>
    public int Outstanding { get; private set; }

    /// <summary>Whether what the server numbers is acknowledged: set by a hello.</summary>
    public bool IsResumable { get; private set; }

    /// <summary>Connects and makes the handshake.</summary>
    /// <param name="url">Where to, with the path.</param>
    /// <param name="apiKey">The key, or null for a server that asks for none.</param>
    /// <param name="source">The loopback address to come from.</param>
    /// <param name="bufferBytes">Room for what arrives at once.</param>
    public static Connection Open(Uri url, string? apiKey, IPAddress? source = null, int bufferBytes = 65_536)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (source is not null)
            socket.Bind(new IPEndPoint(source, 0));
        socket.Connect(IPAddress.Parse(url.Host), url.Port);
        var connection = new Connection(socket, bufferBytes);
        connection.Handshake(url, apiKey);
        return connection;
    }

    /// <summary>Asks for a resumable session and waits for the answer, message number 1.</summary>
    public void Hello()
    {
        Socket.Send(RequestFrame.Frame(0x81, """{"protocol_version":"2.0","message_type":"request","message_id":"req-hello","method":"session/hello","params":{"client":{"name":"load","version":"1"},"resumable":true}}"""u8));
        while (_answers == 0)
        {
            Receive(null, 0);
        }

        IsResumable = true;
        _answers = 1;
        Outstanding = 0;
    }

    /// <summary>Puts a request behind those that wait to be sent.</summary>
    public void Queue(RequestFrame request, long now)
    {
        _lastId++;
        request.Write(_sending.AsSpan(_toSend), _lastId, _answers);
        _toSend += request.Length;
        _sentAt[_lastId % Ring] = now;
        Outstanding++;
    }

    /// <summary>Sends what is queued in one write.</summary>
    public void Flush()
    {
        if (_toSend == 0)
            return;
        for (var sent = 0; sent < _toSend;)
            sent += Socket.Send(_sending.AsSpan(sent, _toSend - sent));
        _toSend = 0;
    }

    /// <summary>Reads once, waiting if nothing is there.</summary>
    /// <param name="latencies">Takes the time of each answer, or null.</param>
    /// <param name="readyAt">When the socket became readable; 0 to look at the clock behind the read.</param>
    /// <returns>How many answers came.</returns>
    public int Receive(LatencyHistogram? latencies, long readyAt)
    {
        if (_end == _received.Length)
            MakeRoom();
        var count = Socket.Receive(_received.AsSpan(_end));
        if (count == 0)
            throw new IOException("The server ended the connection.");
        _end += count;
        return Parse(latencies, readyAt == 0 ? Stopwatch.GetTimestamp() : readyAt);
    }

    public void Dispose() => Socket.Dispose();

    private int Parse(LatencyHistogram? latencies, long now)
    {
        var answers = 0;
        while (_end - _start >= 2)
        {
            var frame = _received.AsSpan(_start, _end - _start);
            var header = frame[1] switch { 126 => 4, 127 => 10, _ => 2 };
            if (frame.Length < header)
                break;
            var length = header switch
            {
                4 => BinaryPrimitives.ReadUInt16BigEndian(frame[2..]),
                10 => checked((int)BinaryPrimitives.ReadUInt64BigEndian(frame[2..])),
                _ => frame[1],
            };
            if (frame.Length < header + length)
                break;
            if (Take(frame[0] & 0x0f, frame.Slice(header, length), latencies, now))
                answers++;
            _start += header + length;
        }

        if (_start == _end)
            _start = _end = 0;
        return answers;
    }

    private bool Take(int opcode, ReadOnlySpan<byte> payload, LatencyHistogram? latencies, long now)
    {
        switch (opcode)
        {
            case 1:
                return TakeMessage(payload, latencies, now);
            case 8:
                throw new IOException($"The server closed the connection with {(payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload))}.");
            case 9:
                Socket.Send(RequestFrame.Frame(0x8a, payload));
                return false;
            default:
                return false;
        }
    }

    // A response, or the request itself when the server only echoes; an event is none, and an error ends the measurement.
    private bool TakeMessage(ReadOnlySpan<byte> payload, LatencyHistogram? latencies, long now)
    {
        var type = payload.IndexOf(TypeOfMessage) + TypeOfMessage.Length;
        if (payload[type] != (byte)'r')
        {
            if (payload[type..].StartsWith("error"u8))
                throw new IOException("The server refused: " + Encoding.UTF8.GetString(payload));
            return false;
        }

        _answers++;
        Outstanding--;
        if (latencies is not null)
            latencies.Add(now - _sentAt[IdIn(payload) % Ring]);
        return true;
    }

    private static long IdIn(ReadOnlySpan<byte> payload)
    {
        long id = 0;
        foreach (var digit in payload.Slice(payload.IndexOf("req-"u8) + 4, RequestFrame.IdDigits))
            id = (id << 4) | (uint)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        return id;
    }

    private void MakeRoom()
    {
        if (_start == 0)
            throw new IOException("A message is larger than the client's buffer.");
        _received.AsSpan(_start, _end - _start).CopyTo(_received);
        _end -= _start;
        _start = 0;
    }

    private void Handshake(Uri url, string? apiKey)
    {
        var credential = apiKey is null ? "" : $"X-API-Key: {apiKey}\r\n";
        Socket.Send(Encoding.ASCII.GetBytes(
            $"GET {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{credential}\r\n"));
        int at;
        while ((at = _received.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var count = Socket.Receive(_received.AsSpan(_end));
            if (count == 0)
                throw new IOException("The server ended the handshake.");
            _end += count;
        }

        if (!_received.AsSpan().StartsWith("HTTP/1.1 101"u8))
            throw new IOException("The handshake was refused: " + Encoding.ASCII.GetString(_received, 0, _end));
        _start = at + 4;
        Parse(null, 0);
    }
}
