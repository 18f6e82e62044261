using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Patchbay.Protocol.Validation;

/// <summary>Steps through JSON text (RFC 8259) without making tokens of it.</summary>
internal static class JsonBytes
{
    /// <summary>The byte at a place; 0, which stands nowhere in JSON, behind the end.</summary>
    public static byte At(ReadOnlySpan<byte> text, int at) => (uint)at < (uint)text.Length ? text[at] : (byte)0;

    /// <summary>The first place from here on without white space; the end when there is none.</summary>
    public static int SkipSpace(ReadOnlySpan<byte> text, int at)
    {
        while ((uint)at < (uint)text.Length && text[at] <= ' ' && text[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            at++;
        return at;
    }

    /// <summary>The first quote, backslash or control character from here on, sixteen bytes at a step; the end when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FindStop(ReadOnlySpan<byte> text, int at)
    {
        for (; at <= text.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            var block = Vector128.Create(text.Slice(at, Vector128<byte>.Count));
            var stops = Vector128.Equals(block, Vector128.Create((byte)'"')) | Vector128.Equals(block, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(block, Vector128.Create((byte)' '));
            if (stops != Vector128<byte>.Zero)
                return at + BitOperations.TrailingZeroCount(stops.ExtractMostSignificantBits());
        }

        while ((uint)at < (uint)text.Length && text[at] >= ' ' && text[at] is not ((byte)'"' or (byte)'\\'))
            at++;
        return at;
    }

    /// <summary>The place behind a value of a text that is known to be valid.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the value begins.</param>
    /// <param name="escaped">Whether it is a string with escapes.</param>
    public static int EndOfValue(ReadOnlySpan<byte> text, int at, out bool escaped)
    {
        escaped = false;
        switch (text[at])
        {
            case (byte)'"':
                return EndOfString(text, at, out escaped);
            case (byte)'{' or (byte)'[':
                return EndOfContainer(text, at);
            default:
                while ((uint)at < (uint)text.Length && text[at] > ' ' && text[at] is not ((byte)',' or (byte)'}' or (byte)']'))
                    at++;
                return at;
        }
    }

    /// <summary>The place behind the closing quote of a string of a text that is known to be valid.</summary>
    public static int EndOfString(ReadOnlySpan<byte> text, int at, out bool escaped)
    {
        escaped = false;
        for (at = FindStop(text, at + 1); text[at] != '"'; at = FindStop(text, at + 2))
            escaped = true;
        return at + 1;
    }

    private static int EndOfContainer(ReadOnlySpan<byte> text, int at)
    {
        var depth = 0;
        do
        {
            switch (text[at])
            {
                case (byte)'"':
                    at = EndOfString(text, at, out _);
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    break;
            }

            at++;
        }
        while (depth > 0);
        return at;
    }
}
