using Patchbay.Protocol.Limits;

namespace Patchbay.Protocol.Validation;

/// <summary>Passes the texts that nearly every client sends, at a third of what the careful walk costs.</summary>
/// <remarks>
/// It knows the whole rule of form, but gives up where the rule takes more than a look: escaped names, escaped surrogates, very many names at once, and all that
/// is wrong. What it passes is right; what it does not pass is for <see cref="JsonText"/> to judge, and to explain.
/// </remarks>
internal static class PlainJson
{
    // Names of the objects that are open at one time: each new one is compared with those of its own object.
    private const int MaxOpenNames = 64;
    private const int OfArray = -1;

    private readonly record struct Name(int Start, int Length);

    /// <summary>Whether a text is plainly right; false says nothing.</summary>
    public static bool Passes(ReadOnlySpan<byte> text, ProtocolLimits limits, out JsonShape shape)
    {
        shape = default;
        Span<Name> names = stackalloc Name[MaxOpenNames];
        // Of each open value: how many names were known when it was opened, or that it is an array.
        Span<int> open = stackalloc int[limits.MaxDepth];
        var known = 0;
        var depth = 0;
        var members = 0;
        var elements = 0;
        var at = JsonBytes.SkipSpace(text, 0);
        var start = at;
        if (JsonBytes.At(text, at) is not ((byte)'{' or (byte)'['))
            return false;

        while (true)
        {
            // The outermost value begins here, or a member of the innermost one that is open.
            if (depth > 0)
            {
                if (++members > limits.MaxMembers)
                    return false;
                var first = open[depth - 1];
                if (first == OfArray)
                    elements += depth == 1 ? 1 : 0;
                else if (!TakeName(text, ref at, names, first, ref known))
                    return false;
            }

            var opening = JsonBytes.At(text, at);
            if (opening is (byte)'{' or (byte)'[')
            {
                if (depth == open.Length)
                    return false;
                open[depth++] = opening == '{' ? known : OfArray;
                at = JsonBytes.SkipSpace(text, at + 1);
                // In ASCII each closing bracket stands two behind its opening one.
                if (JsonBytes.At(text, at) != opening + 2)
                    continue;
            }
            else
            {
                at = PlainScalar.End(text, at, limits);
                if (at < 0)
                    return false;
                at = JsonBytes.SkipSpace(text, at);
            }

            // What ends here is closed, until a comma tells that there is more.
            byte mark;
            while ((mark = JsonBytes.At(text, at)) != ',')
            {
                var first = open[depth - 1];
                if (mark != (first == OfArray ? ']' : '}'))
                    return false;
                at++;
                known = first == OfArray ? known : first;
                if (--depth == 0)
                    return Ends(text, at) && MakeShape(text[start] == '[', elements, start, at, limits, out shape);
                at = JsonBytes.SkipSpace(text, at);
            }

            at = JsonBytes.SkipSpace(text, at + 1);
        }
    }

    private static bool Ends(ReadOnlySpan<byte> text, int at) => JsonBytes.SkipSpace(text, at) == text.Length;

    private static bool MakeShape(bool isBatch, int elements, int start, int end, ProtocolLimits limits, out JsonShape shape)
    {
        shape = isBatch ? JsonShape.Batch(elements) : JsonShape.Object(start, end - start);
        return !isBatch || (elements > 0 && elements <= limits.MaxBatch);
    }

    // From the name's quote to the value.
    private static bool TakeName(ReadOnlySpan<byte> text, ref int at, Span<Name> names, int first, ref int known)
    {
        if (JsonBytes.At(text, at) != '"' || known == names.Length)
            return false;
        var start = at + 1;
        var end = JsonBytes.FindStop(text, start);
        if (JsonBytes.At(text, end) != '"')
            return false;
        var name = text[start..end];
        foreach (var other in names[first..known])
        {
            if (other.Length == name.Length && text.Slice(other.Start, other.Length).SequenceEqual(name))
                return false;
        }

        names[known++] = new Name(start, name.Length);
        at = JsonBytes.SkipSpace(text, end + 1);
        if (JsonBytes.At(text, at) != ':')
            return false;
        at = JsonBytes.SkipSpace(text, at + 1);
        return true;
    }
}
