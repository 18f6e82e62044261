using Patchbay.Protocol.Limits;

namespace Patchbay.Protocol.Validation;

/// <summary>Strings, numbers and literals at a look, for <see cref="PlainJson"/>.</summary>
internal static class PlainScalar
{
    /// <summary>The place behind the value that begins here; negative when it is none, or not plainly one.</summary>
    public static int End(ReadOnlySpan<byte> text, int at, ProtocolLimits limits)
    {
        switch (JsonBytes.At(text, at))
        {
            case (byte)'"':
                return EndOfString(text, at + 1);
            case (byte)'t':
                return text[at..].StartsWith("true"u8) ? at + 4 : -1;
            case (byte)'f':
                return text[at..].StartsWith("false"u8) ? at + 5 : -1;
            case (byte)'n':
                return text[at..].StartsWith("null"u8) ? at + 4 : -1;
            default:
                var end = EndOfNumber(text, at);
                return end - at <= limits.MaxNumberLength ? end : -1;
        }
    }

    private static int EndOfString(ReadOnlySpan<byte> text, int at)
    {
        while (true)
        {
            at = JsonBytes.FindStop(text, at);
            switch (JsonBytes.At(text, at))
            {
                case (byte)'"':
                    return at + 1;
                case (byte)'\\':
                    at = EndOfEscape(text, at + 1);
                    if (at < 0)
                        return -1;
                    break;
                default:
                    return -1;
            }
        }
    }

    private static int EndOfEscape(ReadOnlySpan<byte> text, int at)
    {
        var letter = JsonBytes.At(text, at);
        if (letter != 'u')
            return "\"\\/bfnrt"u8.Contains(letter) ? at + 1 : -1;
        if (text.Length - at < 5)
            return -1;
        var digits = text.Slice(at + 1, 4);
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit))
                return -1;
        }

        // D800-DFFF: surrogates, which have to come in pairs.
        var isSurrogate = (digits[0] | 0x20) == 'd' && digits[1] > '7';
        return isSurrogate ? -1 : at + 5;
    }

    // RFC 8259 §6.
    private static int EndOfNumber(ReadOnlySpan<byte> text, int at)
    {
        if (JsonBytes.At(text, at) == '-')
            at++;
        var whole = at;
        at = SkipDigits(text, at);
        if (at == whole || (text[whole] == '0' && at > whole + 1))
            return -1;
        if (JsonBytes.At(text, at) == '.')
        {
            var fraction = ++at;
            at = SkipDigits(text, at);
            if (at == fraction)
                return -1;
        }

        if ((JsonBytes.At(text, at) | 0x20) != 'e')
            return at;
        at++;
        if (JsonBytes.At(text, at) is (byte)'+' or (byte)'-')
            at++;
        var exponent = at;
        at = SkipDigits(text, at);
        return at == exponent ? -1 : at;
    }

    private static int SkipDigits(ReadOnlySpan<byte> text, int at)
    {
        while (char.IsAsciiDigit((char)JsonBytes.At(text, at)))
            at++;
        return at;
    }
}
