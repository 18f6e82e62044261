using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Patchbay.EndToEnd.Tests.Telemetry;

/// <summary>The expressions of the dashboard and of the alert rules.</summary>
internal static partial class MonitoringFiles
{
    public static string AlertRules => Repository.At("deploy", "prometheus", "alerts.yml");

    /// <summary>Every expression of the dashboard, its variables filled in.</summary>
    public static IReadOnlyList<string> DashboardExpressions()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Repository.At("deploy", "grafana", "patchbay.json")))!;
        return
        [
            .. from panel in dashboard["panels"]!.AsArray()
               from target in panel!["targets"]?.AsArray() ?? []
               select ((string)target!["expr"]!).Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal),
        ];
    }

    /// <summary>Every expression of the alert rules.</summary>
    public static IReadOnlyList<string> RuleExpressions() =>
        [.. Expression().Matches(File.ReadAllText(AlertRules)).Select(match => match.Groups[1].Value.TrimStart('|', ' ', '\n'))];

    /// <summary>The metrics an expression asks for: names of ours outside of label matchers and lists of labels.</summary>
    public static IEnumerable<string> Metrics(string expression) =>
        Name().Matches(LabelList().Replace(Matchers().Replace(expression, " "), " ")).Select(match => match.Value);

    [GeneratedRegex(@"(?<=\n) +expr:((?: [^\n]*)(?:\n {10,}[^\n]*)*)")]
    private static partial Regex Expression();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Matchers();

    [GeneratedRegex(@"\b(?:by|on|without|ignoring)\s*\([^)]*\)")]
    private static partial Regex LabelList();

    [GeneratedRegex(@"\b(?:patchbay|mcp|system|process|dotnet)_\w+")]
    private static partial Regex Name();
}
