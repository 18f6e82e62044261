using System.Buffers.Binary;
using System.Text;

namespace Patchbay.Load;

/// <summary>
/// A masked frame with one request, made beforehand: sending one is a copy and a few bytes of id. Every request has an id of its own, for a
/// resumable session never runs one twice; the acknowledgement stands in a field of fixed width, padded with the white space JSON allows.
/// </summary>
internal sealed class RequestFrame
{
    /// <summary>Hexadecimal digits of an id behind <c>req-</c>.</summary>
    public const int IdDigits = 12;

    private const int PayloadBytes = 200;
    private const int AckDigits = 12;

    private static readonly string Begin =
        $"{{\"protocol_version\":\"2.0\",\"message_type\":\"request\",\"message_id\":\"req-{new string('0', IdDigits)}\"";

    private static readonly byte[] Mask = [0x5a, 0xc3, 0x17, 0x9e];

    private readonly byte[] _frame;
    private readonly int _headerBytes;
    private readonly int _idAt;
    private readonly int _ackAt;

    private RequestFrame(string text)
    {
        var payload = Encoding.ASCII.GetBytes(text);
        _frame = Frame(0x81, payload);
        _headerBytes = _frame.Length - payload.Length;
        _idAt = text.IndexOf("req-", StringComparison.Ordinal) + 4;
        _ackAt = text.IndexOf("\"ack\":", StringComparison.Ordinal) is var at and >= 0 ? at + 6 : -1;
    }

    /// <summary>Bytes of the whole frame.</summary>
    public int Length => _frame.Length;

    /// <summary>A call of <c>debug/echo</c>, 200 bytes with or without an acknowledgement.</summary>
    public static RequestFrame Echo(bool withAck = false)
    {
        var ack = withAck ? $"\"ack\":{new string(' ', AckDigits - 1)}0," : "";
        var head = $"{Begin},{ack}\"method\":\"tools/call\",\"params\":{{\"name\":\"debug/echo\",\"arguments\":{{\"t\":\"";
        const string Tail = "\"}}}";
        return new RequestFrame(head + new string('x', PayloadBytes - head.Length - Tail.Length) + Tail);
    }

    /// <summary>A <c>ping</c> of the contract.</summary>
    public static RequestFrame Ping() => new($"{Begin},\"method\":\"ping\",\"params\":{{}}}}");

    /// <summary>A whole masked frame.</summary>
    /// <param name="first">FIN and opcode.</param>
    /// <param name="payload">Up to 65,535 bytes.</param>
    public static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        var header = payload.Length < 126 ? 6 : 8;
        var frame = new byte[header + payload.Length];
        frame[0] = first;
        if (payload.Length < 126)
        {
            frame[1] = (byte)(0x80 | payload.Length);
        }
        else
        {
            frame[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }

        Mask.CopyTo(frame, header - 4);
        for (var i = 0; i < payload.Length; i++)
            frame[header + i] = (byte)(payload[i] ^ Mask[i & 3]);
        return frame;
    }

    /// <summary>Writes a frame with this id and acknowledgement.</summary>
    public void Write(Span<byte> target, long id, long ack)
    {
        _frame.CopyTo(target);
        var payload = target[_headerBytes..];
        for (var at = _idAt + IdDigits - 1; at >= _idAt; at--, id >>= 4)
            payload[at] = (byte)("0123456789abcdef"u8[(int)(id & 15)] ^ Mask[at & 3]);
        if (_ackAt < 0)
            return;
        for (var at = _ackAt + AckDigits - 1; ack > 0; at--, ack /= 10)
            payload[at] = (byte)((byte)('0' + (ack % 10)) ^ Mask[at & 3]);
    }
}
