using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Patchbay.Server.Dispatch;

/// <summary>A digest of a JSON value that depends on what it says and not on how it is written: member order, white space, escapes and the form of numbers do not matter.</summary>
internal static class CanonicalJson
{
    /// <summary>The first 128 bits of SHA-256 over a method and its params.</summary>
    public static UInt128 Digest(string method, ReadOnlyMemory<byte> parameters)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(256, parameters.Length));
        Text(output, method);
        if (!parameters.IsEmpty)
        {
            using var document = JsonDocument.Parse(parameters);
            Value(output, document.RootElement);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(output.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private static void Value(ArrayBufferWriter<byte> output, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                output.Write("{"u8);
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    Text(output, member.Name);
                    Value(output, member.Value);
                }

                output.Write("}"u8);
                break;
            case JsonValueKind.Array:
                output.Write("["u8);
                foreach (var item in value.EnumerateArray())
                    Value(output, item);
                output.Write("]"u8);
                break;
            case JsonValueKind.String:
                Text(output, value.GetString()!);
                break;
            case JsonValueKind.Number:
                output.Write("#"u8);
                output.Write(Encoding.ASCII.GetBytes(Number(value.GetRawText())));
                break;
            default:
                output.Write(Encoding.ASCII.GetBytes(value.GetRawText()));
                break;
        }

        output.Write(","u8);
    }

    // With its length in front no text can be taken for anything else.
    private static void Text(ArrayBufferWriter<byte> output, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), bytes.Length);
        output.Advance(sizeof(int));
        output.Write("\""u8);
        output.Write(bytes);
    }

    /// <summary>A decimal number as sign, digits without zeros at either end, and exponent: 10, 1e1 and 10.0 are the same, 1 and 1.0000000000000001 are not.</summary>
    internal static string Number(string raw)
    {
        var sign = raw[0] == '-' ? "-" : "";
        var exponentAt = raw.AsSpan().IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? raw : raw[..exponentAt];
        // The reader lets at most 64 characters through, so an exponent may still be larger than any integer type.
        var exponent = exponentAt < 0 ? System.Numerics.BigInteger.Zero : System.Numerics.BigInteger.Parse(raw[(exponentAt + 1)..]);
        mantissa = mantissa.TrimStart('-');
        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa : mantissa.Remove(point, 1);
        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        var kept = digits.TrimEnd('0');
        exponent += digits.Length - kept.Length;
        kept = kept.TrimStart('0');
        return kept.Length == 0 ? "0" : $"{sign}{kept}e{exponent}";
    }
}
