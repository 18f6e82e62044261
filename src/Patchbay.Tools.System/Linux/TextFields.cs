using System.Buffers.Text;

namespace Patchbay.Tools.System.Linux;

/// <summary>The blank-separated fields of a line.</summary>
internal ref struct TextFields(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    /// <summary>The next field, or false after the last.</summary>
    public bool Next(out ReadOnlySpan<byte> field)
    {
        var rest = _rest.TrimStart(" \t"u8);
        if (rest.IsEmpty)
        {
            field = _rest = default;
            return false;
        }

        var end = rest.IndexOfAny((byte)' ', (byte)'\t');
        field = end < 0 ? rest : rest[..end];
        _rest = end < 0 ? default : rest[end..];
        return true;
    }

    /// <summary>The next field as a number; -1 when it is missing or no number (counters are never negative).</summary>
    public long NextLong() => Next(out var field) ? Long(field) : -1;

    /// <summary>The next field as a fraction; NaN when it is missing or no number.</summary>
    public double NextDouble() => Next(out var field) && Utf8Parser.TryParse(field, out double value, out _) ? value : double.NaN;

    /// <summary>Leaves fields out.</summary>
    public void Skip(int count)
    {
        while (count-- > 0)
            Next(out _);
    }

    /// <summary>A whole number, or -1.</summary>
    public static long Long(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length ? value : -1;
}
