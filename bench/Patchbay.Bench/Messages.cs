using System.Buffers.Binary;
using System.Text;

namespace Patchbay.Bench;

/// <summary>A <c>tools/call</c> of <c>debug/echo</c>, 200 bytes, in both dialects.</summary>
internal static class Messages
{
    private const int Bytes = 200;

    private static readonly byte[] Mask = [0x5a, 0xc3, 0x17, 0x9e];

    public static byte[] Envelope { get; } = Padded("""{"protocol_version":"2.0","message_type":"request","message_id":"req-000000000001","method":"tools/call","params":{"name":"debug/echo","arguments":{"t":"!"}}}""");

    public static byte[] Compact { get; } = Padded("""{"id":"req-000000000001","method":"tools/call","params":{"name":"debug/echo","arguments":{"t":"!"}}}""");

    /// <summary>The arguments in it.</summary>
    public static byte[] Arguments { get; } = Padded("""{"t":"!"}""", 50);

    /// <summary>The same message under another id, a single digit: ids in flight differ.</summary>
    public static byte[] Numbered(byte[] message, int digit)
    {
        byte[] numbered = [.. message];
        numbered[message.AsSpan().IndexOf("req-"u8) + 15] = (byte)('0' + digit);
        return numbered;
    }

    /// <summary>A masked text frame (RFC 6455 §5.2).</summary>
    public static byte[] Frame(byte[] message)
    {
        var frame = new byte[8 + message.Length];
        frame[0] = 0x81;
        frame[1] = 0x80 | 126;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)message.Length);
        Mask.CopyTo(frame, 4);
        for (var i = 0; i < message.Length; i++)
            frame[8 + i] = (byte)(message[i] ^ Mask[i & 3]);
        return frame;
    }

    private static byte[] Padded(string text, int length = Bytes) =>
        Encoding.ASCII.GetBytes(text.Replace("!", new string('x', length - text.Length + 1), StringComparison.Ordinal));
}
