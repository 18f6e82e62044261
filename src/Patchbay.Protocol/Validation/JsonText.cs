using System.Text.Json;
using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Limits;

namespace Patchbay.Protocol.Validation;

/// <summary>The rule of form for a text as a whole: strict JSON within its limits, an object or a batch.</summary>
/// <remarks>
/// Stricter than RFC 8259 where parsers differ: no duplicate names, no lone surrogates, no endless numbers. The text must be valid UTF-8. Nearly all texts pass at
/// <see cref="PlainJson"/>; only what does not is walked through with care, and what is wrong with it found.
/// </remarks>
public static class JsonText
{
    [ThreadStatic]
    private static KeyTable? _threadKeys;

    /// <summary>Checks a text in one pass without keeping anything of it.</summary>
    /// <returns>Null when it passed, else <c>INVALID_MESSAGE_FORMAT</c> with the reason.</returns>
    public static ProtocolError? Check(ReadOnlySpan<byte> utf8, ProtocolLimits limits, out JsonShape shape) =>
        PlainJson.Passes(utf8, limits, out shape) ? null : CheckWithCare(utf8, limits, out shape);

    /// <summary>The same, token by token: slower, with nothing left open.</summary>
    internal static ProtocolError? CheckWithCare(ReadOnlySpan<byte> utf8, ProtocolLimits limits, out JsonShape shape)
    {
        shape = default;
        if (utf8.IsEmpty)
            return Invalid("The message is empty.");
        if (utf8.StartsWith("\uFEFF"u8))
            return Invalid("The message starts with a byte order mark.");

        try
        {
            return Walk(utf8, limits, out shape);
        }
        catch (JsonException fault)
        {
            return Invalid($"Not JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}, or nested deeper than {limits.MaxDepth}.");
        }
    }

    private static ProtocolError? Walk(ReadOnlySpan<byte> utf8, ProtocolLimits limits, out JsonShape shape)
    {
        shape = default;
        var keys = _threadKeys ??= new KeyTable();
        keys.Reset();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
        // The owner of the names at each depth; 0 stands for an array.
        Span<int> owners = stackalloc int[limits.MaxDepth + 1];
        var members = 0;
        var elements = 0;
        var isBatch = false;
        var start = 0;
        var end = 0;

        while (reader.Read())
        {
            var token = reader.TokenType;
            var depth = reader.CurrentDepth;
            if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                end = depth == 0 ? (int)reader.BytesConsumed : end;
                continue;
            }

            if (token == JsonTokenType.PropertyName)
            {
                members++;
                if (reader.ValueIsEscaped && HasLoneSurrogate(reader.ValueSpan))
                    return Invalid("A member name has a lone surrogate.");
                if (!keys.Add(owners[depth - 1], ref reader, utf8))
                    return Invalid($"The member name at byte {reader.TokenStartIndex} stands twice in its object.");
            }
            else if (depth == 0)
            {
                if (token is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                    return Invalid("A message is an object, or an array of them.");
                isBatch = token == JsonTokenType.StartArray;
                start = (int)reader.TokenStartIndex;
            }
            else if (owners[depth - 1] == 0)
            {
                members++;
                if (depth == 1)
                    elements++;
            }

            switch (token)
            {
                case JsonTokenType.StartObject:
                    owners[depth] = keys.NewOwner();
                    break;
                case JsonTokenType.StartArray:
                    owners[depth] = 0;
                    break;
                case JsonTokenType.Number when reader.ValueSpan.Length > limits.MaxNumberLength:
                    return Invalid($"A number has more than {limits.MaxNumberLength} characters.");
                case JsonTokenType.String when reader.ValueIsEscaped && HasLoneSurrogate(reader.ValueSpan):
                    return Invalid($"The string at byte {reader.TokenStartIndex} has a lone surrogate.");
            }

            if (members > limits.MaxMembers)
                return Invalid($"The message has more than {limits.MaxMembers} members and elements.");
        }

        if (isBatch && elements == 0)
            return Invalid("A batch has at least one message.");
        if (isBatch && elements > limits.MaxBatch)
            return Invalid($"A batch has at most {limits.MaxBatch} messages; this one has {elements}.");
        shape = isBatch ? JsonShape.Batch(elements) : JsonShape.Object(start, end - start);
        return null;
    }

    // Only called on tokens the reader found well-formed, so every \u is followed by four hex digits.
    private static bool HasLoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        var highSeen = false;
        for (var i = 0; i < escaped.Length; i++)
        {
            var isLow = false;
            var isHigh = false;
            if (escaped[i] == '\\')
            {
                if (escaped[i + 1] == 'u')
                {
                    // D800-DBFF open a pair, DC00-DFFF close it.
                    var isSurrogate = (escaped[i + 2] | 0x20) == 'd';
                    var second = escaped[i + 3] | 0x20;
                    isHigh = isSurrogate && (second is '8' or '9' or 'a' or 'b');
                    isLow = isSurrogate && (second is 'c' or 'd' or 'e' or 'f');
                    i += 4;
                }

                i++;
            }

            if (highSeen != isLow)
                return true;
            highSeen = isHigh;
        }

        return highSeen;
    }

    private static ProtocolError Invalid(string message) => new(ErrorCodes.InvalidMessageFormat, message);
}
