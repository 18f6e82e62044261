using System.Buffers.Binary;
using System.Text;

namespace Patchbay.EndToEnd.Tests.Frames;

/// <summary>Bytes behind a good handshake that no client should send.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="Close">The code the connection ends with.</param>
/// <param name="Error">The code of the error before the Close, or null: broken frames get none.</param>
internal sealed record FrameCase(byte[] Bytes, int Close, string? Error = null)
{
    private const int ProtocolError = 1002;
    private const int NotUtf8 = 1007;
    private const int TooLarge = 1009;

    /// <summary>The type of the violation.</summary>
    public string Violation => Error switch { "MESSAGE_TOO_LARGE" => "message_too_large", "SECURITY_VIOLATION" => "security_violation", _ => "invalid_message" };

    public static IReadOnlyDictionary<string, FrameCase> All { get; } = Make();

    private static Dictionary<string, FrameCase> Make()
    {
        var ping = Encoding.UTF8.GetBytes("""{"id":"a","method":"ping"}""");
        var cases = new Dictionary<string, FrameCase>
        {
            ["reserved bit 1"] = new(RawFrame.Encode(0xC1, ping), ProtocolError),
            ["reserved bit 2"] = new(RawFrame.Encode(0xA1, ping), ProtocolError),
            ["reserved bit 3"] = new(RawFrame.Encode(0x91, ping), ProtocolError),
            ["a text frame without mask"] = new(RawFrame.Encode(0x81, ping, mask: null), ProtocolError),
            ["a ping without mask"] = new(RawFrame.Encode(0x89, [], mask: null), ProtocolError),
            ["a Close without mask"] = new(RawFrame.Encode(0x88, RawFrame.ClosePayload(1000), mask: null), ProtocolError),
            ["a ping in fragments"] = new(RawFrame.Encode(0x09, [1]), ProtocolError),
            ["a Close in fragments"] = new(RawFrame.Encode(0x08, RawFrame.ClosePayload(1000)), ProtocolError),
            ["a ping of 126 bytes"] = new(RawFrame.Encode(0x89, new byte[126]), ProtocolError),
            ["a pong of 70,000 bytes"] = new(RawFrame.Encode(0x8A, new byte[70_000]), ProtocolError),
            ["a Close of one byte"] = new(RawFrame.Encode(0x88, [3]), ProtocolError),
            ["a Close whose reason is not UTF-8"] = new(RawFrame.Encode(0x88, [0x03, 0xE8, 0xC3, 0x28]), NotUtf8),
            ["a continuation of nothing"] = new(RawFrame.Encode(0x80, ping), ProtocolError),
            ["a text inside a text"] = new([.. RawFrame.Encode(0x01, ping), .. RawFrame.Encode(0x81, ping)], ProtocolError),
            ["a binary message inside a text"] = new([.. RawFrame.Encode(0x01, ping), .. RawFrame.Encode(0x82, ping)], ProtocolError),
            ["a continuation behind the last fragment"] = new([.. RawFrame.Encode(0x02, new byte[20]), .. RawFrame.Encode(0x00, [1]), .. RawFrame.Encode(0x02, ping)], ProtocolError),
            ["5 bytes announced in 16 bits"] = new([0x81, 0xFE, 0, 5, 0, 0, 0, 0], ProtocolError),
            ["5 bytes announced in 64 bits"] = new(Announced(0x81, 5), ProtocolError),
            ["65,535 bytes announced in 64 bits"] = new(Announced(0x81, 65_535), ProtocolError),
            ["2^63 bytes announced"] = new(Announced(0x81, 1UL << 63), ProtocolError),
            ["2^64-1 bytes announced"] = new(Announced(0x82, ulong.MaxValue), ProtocolError),
            ["a ping of 2^62 bytes announced"] = new(Announced(0x89, 1UL << 62), ProtocolError),
            ["2^62 bytes of text announced"] = new(Announced(0x81, 1UL << 62), TooLarge, "MESSAGE_TOO_LARGE"),
            ["2^62 bytes of binary announced"] = new(Announced(0x82, 1UL << 62), TooLarge, "MESSAGE_TOO_LARGE"),
            ["2^62 bytes announced for a second fragment"] = new([.. RawFrame.Encode(0x01, ping), .. Announced(0x80, 1UL << 62)], TooLarge, "MESSAGE_TOO_LARGE"),
            ["one byte over the limit announced"] = new(Announced(0x81, 262_145), TooLarge, "MESSAGE_TOO_LARGE"),
            ["fragments that are too large together"] = new([.. RawFrame.Encode(0x01, new byte[200_000]), .. Announced(0x80, 100_000)], TooLarge, "MESSAGE_TOO_LARGE"),
            ["a handshake once more"] = new("GET /api/mcp/ws HTTP/1.1\r\n\r\n"u8.ToArray(), ProtocolError),
            ["a TLS hello"] = new([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00], ProtocolError),
            ["a lone continuation byte"] = new(RawFrame.Encode(0x81, [(byte)'"', 0x80, (byte)'"']), NotUtf8),
            ["an overlong slash"] = new(RawFrame.Encode(0x81, [(byte)'"', 0xC0, 0xAF, (byte)'"']), NotUtf8),
            ["an overlong NUL"] = new(RawFrame.Encode(0x81, [(byte)'"', 0xE0, 0x80, 0x80, (byte)'"']), NotUtf8),
            ["a surrogate in UTF-8"] = new(RawFrame.Encode(0x81, [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"']), NotUtf8),
            ["a character beyond Unicode"] = new(RawFrame.Encode(0x81, [(byte)'"', 0xF4, 0x90, 0x80, 0x80, (byte)'"']), NotUtf8),
            ["a character that is cut"] = new(RawFrame.Encode(0x81, [(byte)'"', 0xE2, 0x82]), NotUtf8),
            ["bytes FE and FF"] = new(RawFrame.Encode(0x81, [0xFE, 0xFF]), NotUtf8),
            ["a bad byte in the second fragment"] = new([.. RawFrame.Encode(0x01, "\""u8), .. RawFrame.Encode(0x80, [0xFF])], NotUtf8),
            ["a binary message of 15 bytes"] = new(RawFrame.Encode(0x82, [1, .. new byte[14]]), 1003),
            ["an empty binary message"] = new(RawFrame.Encode(0x82, []), 1003),
            ["a binary message of version 2"] = new(RawFrame.Encode(0x82, [2, .. new byte[31]]), 1003),
            ["1,025 fragments"] = new([.. RawFrame.Encode(0x01, "\""u8), .. Repeat(RawFrame.Encode(0x00, "x"u8), 1024)], 1008, "SECURITY_VIOLATION"),
            ["100,000 empty fragments"] = new([.. RawFrame.Encode(0x01, []), .. Repeat(RawFrame.Encode(0x00, []), 100_000)], 1008, "SECURITY_VIOLATION"),
            ["a flood of pings"] = new(Repeat(RawFrame.Encode(0x89, "flood"u8), 10_000), 1008, "SECURITY_VIOLATION"),
            ["a flood of pongs"] = new(Repeat(RawFrame.Encode(0x8A, []), 10_000), 1008, "SECURITY_VIOLATION"),
            ["a flood of pings inside a message"] = new([.. RawFrame.Encode(0x01, ping), .. Repeat(RawFrame.Encode(0x89, []), 10_000)], 1008, "SECURITY_VIOLATION"),
        };
        foreach (var opcode in new byte[] { 3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF })
            cases[$"the reserved opcode {opcode}"] = new(RawFrame.Encode((byte)(0x80 | opcode), []), ProtocolError);
        foreach (var code in new[] { 0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535 })
            cases[$"the close code {code}"] = new(RawFrame.Encode(0x88, RawFrame.ClosePayload(code)), ProtocolError);
        return cases;
    }

    // Only the header: what is announced never comes.
    private static byte[] Announced(byte first, ulong length)
    {
        var header = new byte[14];
        header[0] = first;
        header[1] = 0xFF;
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(2), length);
        return header;
    }

    private static byte[] Repeat(byte[] frame, int times) => [.. Enumerable.Repeat(frame, times).SelectMany(bytes => bytes)];
}
