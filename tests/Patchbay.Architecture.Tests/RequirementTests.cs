using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Patchbay.Architecture.Tests;

/// <summary>Requirements and tests, held against each other.</summary>
/// <remarks><c>conformance/uncovered.json</c> names the requirements that no test cites, each with a reason. It may only shrink.</remarks>
public partial class RequirementTests
{
    private static readonly HashSet<string> Known = [.. JsonNode.Parse(Sources.Text("conformance/requirements.json"))!.AsArray().Select(row => (string)row!["id"]!)];

    private static readonly Dictionary<string, string> Cited = FindCited();

    private static readonly JsonObject Uncovered = JsonNode.Parse(Sources.Text("conformance/uncovered.json"))!.AsObject();

    [Fact]
    public void A_test_cites_only_requirements_that_exist()
    {
        Assert.NotEmpty(Cited);
        Sources.None(Cited.Where(citation => !Known.Contains(citation.Key)).Select(citation => $"{citation.Value} cites {citation.Key}"));
    }

    [Fact]
    public void Every_requirement_has_a_test_or_a_reason_why_not() =>
        Sources.None(Known.Where(id => !Cited.ContainsKey(id) && !Uncovered.ContainsKey(id)).Order(StringComparer.Ordinal));

    [Fact]
    public void A_requirement_that_has_a_test_is_off_the_list_of_the_uncovered() =>
        Sources.None(Uncovered.Select(row => row.Key).Where(id => Cited.ContainsKey(id) || !Known.Contains(id)));

    [Fact]
    public void Every_reason_says_something() => Assert.All(Uncovered, row => Assert.True(((string?)row.Value)?.Length > 20, row.Key));

    // The id, and the first place that cites it.
    private static Dictionary<string, string> FindCited()
    {
        var cited = new Dictionary<string, string>();
        foreach (var path in Sources.Files([".cs", ".py", ".ts", ".tsx"], "tests", "clients", "dashboard"))
        {
            var pattern = Path.GetExtension(path) switch { ".cs" => InCSharp(), ".py" => InPython(), _ => InTypeScript() };
            foreach (Match citation in pattern.Matches(Sources.Text(path)))
                Note(cited, citation.Groups[1].Value, path);
        }

        foreach (var path in Sources.Files([".json"], "conformance/vectors", "conformance/dialogues"))
        {
            if (JsonNode.Parse(Sources.Text(path)) is JsonObject file && file["requirements"] is JsonArray ids)
                Note(cited, string.Join(' ', ids.Select(id => (string?)id)), path);
        }

        return cited;
    }

    private static void Note(Dictionary<string, string> cited, string text, string path)
    {
        foreach (Match id in Id().Matches(text))
            cited.TryAdd(id.Value, path);
    }

    [GeneratedRegex(@"\[[^\]]*\bRequirement\(([^)]*)\)")]
    private static partial Regex InCSharp();

    [GeneratedRegex("#\\s*requirement:(.*)")]
    private static partial Regex InPython();

    [GeneratedRegex(@"//\s*requirement:(.*)")]
    private static partial Regex InTypeScript();

    [GeneratedRegex(@"[A-Z]+-\d+-\d+")]
    private static partial Regex Id();
}
