using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Patchbay.Load;

/// <summary>What a client needs to come back.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Token">Its newest token.</param>
/// <param name="Epoch">The store's epoch.</param>
/// <param name="Messages">Numbered messages it was sent.</param>
/// <param name="Bytes">Their bytes: what the server has to keep of it.</param>
internal sealed record KeptSession(string SessionId, string Token, long Epoch, int Messages, long Bytes)
{
    /// <summary>Makes a session, lets it call and ping so often, and leaves without a word and without an acknowledgement.</summary>
    public static KeptSession Make(Target target, int number, int calls, int pings = 0)
    {
        using var wire = new Wire(target, number);
        wire.Send("""{"protocol_version":"2.0","message_type":"request","message_id":"req-hello","method":"session/hello","params":{"client":{"name":"load","version":"1"},"resumable":true}}""");
        var hello = wire.Read();
        for (var i = 0; i < calls; i++)
        {
            wire.Send($$"""{"protocol_version":"2.0","message_type":"request","message_id":"req-{{i}}","method":"tools/call","params":{"name":"debug/echo","arguments":{"text":"{{new string('x', 200)}}"} } }""");
            wire.Read();
        }

        for (var i = 0; i < pings; i++)
        {
            wire.Send($$"""{"protocol_version":"2.0","message_type":"request","message_id":"req-ping-{{i}}","method":"ping","params":{} }""");
            wire.Read();
        }

        var result = hello.GetProperty("result");
        return new KeptSession(
            result.GetProperty("session_id").GetString()!, result.GetProperty("resume_token").GetString()!, result.GetProperty("epoch").GetInt64(), calls + pings + 1, wire.NumberedBytes);
    }

    /// <summary>Comes back for everything, and waits until it is there.</summary>
    public void Resume(Target target, int number)
    {
        using var wire = new Wire(target, number);
        wire.Send($$"""{"protocol_version":"2.0","message_type":"request","message_id":"req-resume","method":"session/resume","params":{"session_id":"{{SessionId}}","resume_token":"{{Token}}","epoch":{{Epoch}},"last_seq":0} }""");
        var result = wire.Read().GetProperty("result");
        if (!result.GetProperty("resumed").GetBoolean() || result.GetProperty("replayed").GetInt32() != Messages)
            throw new IOException($"A session did not come back whole: {result}");
        for (var i = 1; i <= Messages; i++)
        {
            if (wire.Read().GetProperty("seq").GetInt32() != i)
                throw new IOException("A message is missing.");
        }
    }

    /// <summary>A socket with as much WebSocket as this takes.</summary>
    private sealed class Wire : IDisposable
    {
        // A port number is free again for each source address: so many connections stay far from the end of the range.
        private const int PerSource = 5000;

        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        private readonly byte[] _buffer = new byte[16_384];
        private int _start;
        private int _end;

        public Wire(Target target, int number)
        {
            _socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + (number / PerSource))]), 0));
            _socket.Connect(IPAddress.Parse(target.Url.Host), target.Url.Port);
            _socket.Send(Encoding.ASCII.GetBytes(
                $"GET {target.Url.AbsolutePath} HTTP/1.1\r\nHost: {target.Url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-API-Key: {Target.Key}\r\n\r\n"));
            int at;
            while ((at = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
                Fill();
            if (!_buffer.AsSpan().StartsWith("HTTP/1.1 101"u8))
                throw new IOException("The handshake was refused: " + Encoding.ASCII.GetString(_buffer, 0, _end));
            _start = at + 4;
            Read();
        }

        /// <summary>Bytes of the messages that had a number.</summary>
        public long NumberedBytes { get; private set; }

        public void Send(string text) => _socket.Send(RequestFrame.Frame(0x81, Encoding.UTF8.GetBytes(text)));

        /// <summary>The next text message.</summary>
        public JsonElement Read()
        {
            while (true)
            {
                while (!IsWhole(out _, out _))
                    Fill();
                IsWhole(out var head, out var length);
                var payload = _buffer.AsSpan(_start + head, length);
                var opcode = _buffer[_start] & 0x0f;
                _start += head + length;
                if (opcode == 8)
                    throw new IOException($"The server closed the connection with {BinaryPrimitives.ReadUInt16BigEndian(payload)}.");
                if (opcode != 1)
                    continue;
                var message = JsonElement.Parse(payload);
                if (message.TryGetProperty("seq", out _))
                    NumberedBytes += length;
                return message;
            }
        }

        public void Dispose() => _socket.Dispose();

        private bool IsWhole(out int head, out int length)
        {
            var frame = _buffer.AsSpan(_start, _end - _start);
            head = 2;
            length = 0;
            if (frame.Length < 4)
                return false;
            length = frame[1];
            if (length == 126)
                (head, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(frame[2..]));
            return frame.Length >= head + length;
        }

        private void Fill()
        {
            if (_end == _buffer.Length)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            var count = _socket.Receive(_buffer.AsSpan(_end));
            if (count == 0)
                throw new IOException("The server ended the connection.");
            _end += count;
        }
    }
}
