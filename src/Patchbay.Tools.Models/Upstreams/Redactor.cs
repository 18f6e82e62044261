using System.Text;
using System.Text.RegularExpressions;

namespace Patchbay.Tools.Models.Upstreams;

/// <summary>Makes short, harmless text of what an upstream says: without the key, what looks like one, and control characters.</summary>
internal sealed partial class Redactor(string? key)
{
    /// <summary>The longest excerpt of anything an upstream says.</summary>
    public const int MaxChars = 500;

    // Beyond this nothing is looked at, so that a hostile text costs no time.
    private const int MaxInput = 4 * MaxChars;

    /// <summary>An excerpt; null when nothing is left.</summary>
    public string? Clean(string? text, int maxChars = MaxChars)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        // The whole key first: cutting before it would let its beginning through.
        var clean = string.IsNullOrEmpty(key) ? text : text.Replace(key, "[redacted]", StringComparison.Ordinal);
        clean = clean.Length > MaxInput ? clean[..MaxInput] : clean;
        clean = LooksSecret().Replace(clean, "[redacted]");
        var line = new StringBuilder(Math.Min(clean.Length, maxChars));
        foreach (var rune in clean.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > maxChars)
            {
                line.Append('…');
                break;
            }

            if (Rune.IsControl(rune))
                line.Append(' ');
            else
                line.Append(rune.ToString());
        }

        return line.ToString().Trim();
    }

    // Keys as providers write them, whole or with stars in the middle, and the header they travel in.
    [GeneratedRegex(@"Bearer\s+\S+|\b(?:sk|pk|rk|gsk|xai|hf|nvapi|pb)[-_][A-Za-z0-9*_.-]{6,}", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex LooksSecret();
}
