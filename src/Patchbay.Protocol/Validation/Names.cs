using System.Buffers;

namespace Patchbay.Protocol.Validation;

/// <summary>The forms of ids and names.</summary>
public static class Names
{
    /// <summary>The most characters (UTF-16 code units) a method, event type, component, source or client id may have.</summary>
    public const int MaxNameLength = 128;

    /// <summary>The most characters of a diagnostic's message and of an error message.</summary>
    public const int MaxTextLength = 2048;

    /// <summary>The most characters of an id: 60 behind the prefix of an envelope, 64 in the compact dialect.</summary>
    public const int MaxIdLength = 64;

    private const int MaxIdTailLength = 60;

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <summary>Whether an id fits <c>^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$</c>.</summary>
    public static bool IsCompactId(ReadOnlySpan<char> id) => IsTail(id, MaxIdLength);

    /// <summary>Whether an id fits <c>^(req|resp|evt|err|diag|hb)-[A-Za-z0-9][A-Za-z0-9._:-]{0,59}$</c>.</summary>
    public static bool IsMessageId(ReadOnlySpan<char> id)
    {
        var dash = id.IndexOf('-');
        return dash > 0 && id[..dash] is "req" or "resp" or "evt" or "err" or "diag" or "hb" && IsTail(id[(dash + 1)..], MaxIdTailLength);
    }

    /// <summary>Whether a name has 1 to 128 characters and no control character (U+0000–001F, U+007F–009F).</summary>
    public static bool IsName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxNameLength && !name.ContainsAnyInRange('\u0000', '\u001F') && !name.ContainsAnyInRange('\u007F', '\u009F');

    private static bool IsTail(ReadOnlySpan<char> tail, int most) =>
        tail.Length > 0 && tail.Length <= most && char.IsAsciiLetterOrDigit(tail[0]) && !tail.ContainsAnyExcept(IdCharacters);
}
