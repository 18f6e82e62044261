using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Patchbay.Testing;

/// <summary>One WebSocket frame as it stood on the wire (RFC 6455 §5.2), without its mask.</summary>
/// <param name="First">The first byte: FIN, reserved bits, opcode.</param>
/// <param name="Payload">The payload.</param>
public sealed record RawFrame(byte First, byte[] Payload)
{
    /// <summary>0 to 15.</summary>
    public int Opcode => First & 0x0F;

    /// <summary>The code of a Close frame.</summary>
    public int CloseCode => BinaryPrimitives.ReadUInt16BigEndian(Payload);

    /// <summary>The reason text of a Close frame.</summary>
    public string CloseReason => Encoding.UTF8.GetString(Payload.AsSpan(2));

    /// <summary>The payload as text.</summary>
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>The payload as a JSON object.</summary>
    public JsonObject Json => JsonNode.Parse(Payload)!.AsObject();

    /// <summary>The bytes of a client's frame, with a mask unless told otherwise.</summary>
    /// <param name="first">The first byte, for example 0x81 for a whole text message.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="mask">The four bytes of the mask; null leaves the mask out, which the standard forbids to clients.</param>
    public static byte[] Encode(byte first, ReadOnlySpan<byte> payload, uint? mask = 0x0F1E2D3C)
    {
        var bytes = new List<byte> { first };
        var maskBit = mask is null ? 0 : 0x80;
        if (payload.Length <= 125)
            bytes.Add((byte)(maskBit | payload.Length));
        else if (payload.Length <= ushort.MaxValue)
            bytes.AddRange([(byte)(maskBit | 126), (byte)(payload.Length >> 8), (byte)payload.Length]);
        else
            bytes.AddRange([(byte)(maskBit | 127), 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length]);

        byte[] key = mask is { } value ? [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value] : [];
        bytes.AddRange(key);
        for (var i = 0; i < payload.Length; i++)
            bytes.Add(mask is null ? payload[i] : (byte)(payload[i] ^ key[i % 4]));
        return [.. bytes];
    }

    /// <summary>The payload of a Close frame.</summary>
    public static byte[] ClosePayload(int code, string reason = "") => [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)];
}
