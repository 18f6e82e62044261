using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Patchbay.Server.Dispatch;

/// <summary>A digest of a JSON value that depends on what it says and not on how it is written: member order, white space, escapes and the form of numbers do not matter.</summary>
/// <remarks>
/// XXH3-128: it tells an honest repetition from an honest mistake, 2^-128 apart. Whoever makes two requests collide on purpose gets his own first answer twice;
/// the records of others are under other keys.
/// </remarks>
internal static class CanonicalJson
{
    // What a hash is of goes in as the seed, so that "1" and 1, [] and {} differ.
    private const long Literal = 1, Numeral = 2, Text = 3, List = 4, Members = 5, Pair = 6;

    /// <summary>The digest of a method and its params: one valid JSON object, or nothing.</summary>
    public static UInt128 Digest(string method, ReadOnlySpan<byte> parameters)
    {
        var name = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(method.AsSpan()), Text);
        if (parameters.IsEmpty)
            return name;
        var reader = new Utf8JsonReader(parameters);
        reader.Read();
        return Combine(name, Value(ref reader), Pair);
    }

    // The depth is bounded by the reader of messages.
    private static UInt128 Value(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                // Members have different names, so their sum is that of a set: no order.
                UInt128 members = 0;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = String(ref reader);
                    reader.Read();
                    members += Combine(name, Value(ref reader), Pair);
                }

                return Combine(members, 0, Members);
            case JsonTokenType.StartArray:
                UInt128 items = 0;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items = Combine(items, Value(ref reader), List);
                return Combine(items, 0, List);
            case JsonTokenType.String:
                return String(ref reader);
            case JsonTokenType.Number:
                Span<byte> canonical = stackalloc byte[CanonicalNumber.MaxBytes];
                return XxHash128.HashToUInt128(canonical[..CanonicalNumber.Write(reader.ValueSpan, canonical)], Numeral);
            default:
                return XxHash128.HashToUInt128(reader.ValueSpan, Literal);
        }
    }

    private static UInt128 String(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return XxHash128.HashToUInt128(reader.ValueSpan, Text);
        const int OnStack = 512;
        var length = reader.ValueSpan.Length;
        var text = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        return XxHash128.HashToUInt128(text[..reader.CopyString(text)], Text);
    }

    private static UInt128 Combine(UInt128 one, UInt128 other, long seed)
    {
        ReadOnlySpan<UInt128> both = [one, other];
        return XxHash128.HashToUInt128(MemoryMarshal.AsBytes(both), seed);
    }
}
