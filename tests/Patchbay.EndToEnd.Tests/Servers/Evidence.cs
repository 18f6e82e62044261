using System.Collections.Concurrent;

namespace Patchbay.EndToEnd.Tests.Servers;

/// <summary>All that any server of this run has let out, and all that must not be in it.</summary>
internal static class Evidence
{
    private static readonly ConcurrentDictionary<string, string> Known = new();
    private static readonly ConcurrentQueue<(string Where, string Text)> Captured = new();

    /// <summary>The secrets the tests used, with what they are.</summary>
    public static IReadOnlyDictionary<string, string> Secrets => Known;

    /// <summary>What was let out, and where.</summary>
    public static IReadOnlyCollection<(string Where, string Text)> All => Captured;

    /// <summary>Notes a key, ticket, resume token or pepper.</summary>
    public static string Secret(string text, string what)
    {
        Known[text] = what;
        return text;
    }

    /// <summary>Keeps something a server has let out.</summary>
    public static void Keep(string where, string text) => Captured.Enqueue((where, text));

    /// <summary>Where a secret stands in what was let out.</summary>
    public static IEnumerable<string> Leaks() => Leaks(Known, Captured);

    /// <summary>Writes what was let out into the directory where the whole run, clients included, is looked through once more.</summary>
    public static void Write() => KeptOutput.Write("end-to-end", Captured);

    /// <summary>Where one of some secrets stands in some texts.</summary>
    public static IEnumerable<string> Leaks(IReadOnlyDictionary<string, string> secrets, IReadOnlyCollection<(string Where, string Text)> texts) =>
        from secret in secrets
        from text in texts
        where text.Text.Contains(secret.Key, StringComparison.Ordinal)
        select $"{secret.Value} in {text.Where}";
}
