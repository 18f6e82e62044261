namespace Patchbay.Tools.Workflow.Tools;

/// <summary>Finds what someone who wrote a name not quite right may have meant.</summary>
internal static class NearestNames
{
    private const int Suggestions = 3;

    /// <summary>The nearest names by edits needed; a name that shares nothing with what was asked for is not among them.</summary>
    public static IReadOnlyList<string> Of(string asked, IEnumerable<string> known) =>
    [
        .. known.Select(name => (Name: name, Distance: Distance(asked, name)))
            .Where(candidate => candidate.Distance < Math.Max(asked.Length, candidate.Name.Length))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(Suggestions).Select(candidate => candidate.Name),
    ];

    /// <summary>The edit distance of Levenshtein, without regard to case.</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost));
            }
        }

        return row[b.Length];
    }
}
