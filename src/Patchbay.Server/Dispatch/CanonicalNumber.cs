using System.Buffers.Text;
using System.Numerics;
using System.Text;

namespace Patchbay.Server.Dispatch;

/// <summary>One way of writing a decimal number: sign, digits without zeros at either end, and exponent. 10, 1e1 and 10.0 are the same, 1 and 1.0000000000000001 are not.</summary>
internal static class CanonicalNumber
{
    /// <summary>Room for what is written: a number of a message has at most 64 characters.</summary>
    public const int MaxBytes = 160;

    // An exponent of more digits is any integer there is.
    private const int DigitsOfLong = 17;

    /// <summary>Writes a valid JSON number in its one form and returns the length.</summary>
    public static int Write(ReadOnlySpan<byte> number, Span<byte> output)
    {
        var isNegative = number[0] == '-';
        if (isNegative)
            number = number[1..];
        var exponentAt = number.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = exponentAt < 0 ? number : number[..exponentAt];
        var exponentText = exponentAt < 0 ? default : number[(exponentAt + 1)..];
        var point = mantissa.IndexOf((byte)'.');
        var length = isNegative ? 1 : 0;
        output[0] = (byte)'-';
        var digits = output[length..];
        var count = 0;
        long shift = point < 0 ? 0 : -(mantissa.Length - point - 1);
        foreach (var digit in mantissa)
        {
            // Leading zeros say nothing.
            if (digit != '.' && (digit != '0' || count > 0))
                digits[count++] = digit;
        }

        while (count > 0 && digits[count - 1] == '0')
        {
            count--;
            shift++;
        }

        // Zero has neither sign nor exponent.
        if (count == 0)
            return 0;
        length += count;
        output[length++] = (byte)'e';
        return length + WriteExponent(exponentText, shift, output[length..]);
    }

    private static int WriteExponent(ReadOnlySpan<byte> text, long shift, Span<byte> output)
    {
        var unsigned = text.TrimStart((byte)'+');
        if (unsigned.Length <= DigitsOfLong)
        {
            if (!unsigned.IsEmpty)
                shift += Utf8Parser.TryParse(unsigned, out long exponent, out _) ? exponent : 0;
            Utf8Formatter.TryFormat(shift, output, out var written);
            return written;
        }

        return Encoding.ASCII.GetBytes((BigInteger.Parse(Encoding.ASCII.GetString(unsigned)) + shift).ToString(), output);
    }
}
