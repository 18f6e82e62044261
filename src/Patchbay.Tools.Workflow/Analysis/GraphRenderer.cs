using System.Globalization;
using System.Text;
using Patchbay.Tools.Workflow.Reports;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Draws the directly-follows graph as text: a Mermaid flowchart, or DOT for Graphviz. The 50 most frequent edges, so that it can be looked at.</summary>
internal static class GraphRenderer
{
    private const int DrawnEdges = 50;

    public static string Mermaid(GraphReport graph)
    {
        var (nodes, edges) = Select(graph);
        var text = new StringBuilder("flowchart TD\n  start([start])\n  end_([end])\n");
        foreach (var (name, node) in nodes)
            text.Append(CultureInfo.InvariantCulture, $"  n{node}[\"{MermaidText(name)}\"]\n");
        foreach (var (name, count) in graph.Starts.Where(start => nodes.ContainsKey(start.Key)))
            text.Append(CultureInfo.InvariantCulture, $"  start -->|{count}| n{nodes[name]}\n");
        foreach (var edge in edges)
            text.Append(CultureInfo.InvariantCulture, $"  n{nodes[edge.From]} -->|\"{edge.Count} · {Duration(edge.MeanS)}\"| n{nodes[edge.To]}\n");
        foreach (var (name, count) in graph.Ends.Where(end => nodes.ContainsKey(end.Key)))
            text.Append(CultureInfo.InvariantCulture, $"  n{nodes[name]} -->|{count}| end_\n");
        return text.ToString();
    }

    public static string Dot(GraphReport graph)
    {
        var (nodes, edges) = Select(graph);
        var text = new StringBuilder("digraph workflow {\n  node [shape=box];\n  start [shape=circle];\n  end [shape=doublecircle];\n");
        foreach (var (name, node) in nodes)
            text.Append(CultureInfo.InvariantCulture, $"  n{node} [label=\"{DotText(name)}\"];\n");
        foreach (var (name, count) in graph.Starts.Where(start => nodes.ContainsKey(start.Key)))
            text.Append(CultureInfo.InvariantCulture, $"  start -> n{nodes[name]} [label=\"{count}\"];\n");
        foreach (var edge in edges)
            text.Append(CultureInfo.InvariantCulture, $"  n{nodes[edge.From]} -> n{nodes[edge.To]} [label=\"{edge.Count} · {Duration(edge.MeanS)}\"];\n");
        foreach (var (name, count) in graph.Ends.Where(end => nodes.ContainsKey(end.Key)))
            text.Append(CultureInfo.InvariantCulture, $"  n{nodes[name]} -> end [label=\"{count}\"];\n");
        return text.Append("}\n").ToString();
    }

    private static (Dictionary<string, int> Nodes, List<EdgeReport> Edges) Select(GraphReport graph)
    {
        var edges = graph.Edges.Take(DrawnEdges).ToList();
        Dictionary<string, int> nodes = new(StringComparer.Ordinal);
        foreach (var name in edges.SelectMany(edge => (string[])[edge.From, edge.To]).Concat(graph.Starts.Keys.Take(DrawnEdges)))
            nodes.TryAdd(name, nodes.Count + 1);
        return (nodes, edges);
    }

    /// <summary>Names come from outside: whatever has a meaning in Mermaid, or in the HTML it becomes, is written as an entity.</summary>
    private static string MermaidText(string name)
    {
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '.' or '/' or ':' or ',')
                text.Append(rune.ToString());
            else
                text.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
        }

        return text.ToString();
    }

    private static string DotText(string name)
    {
        var text = new StringBuilder();
        foreach (var character in name)
        {
            if (character is '"' or '\\')
                text.Append('\\').Append(character);
            else
                text.Append(char.IsControl(character) ? ' ' : character);
        }

        return text.ToString();
    }

    private static string Duration(double seconds) => seconds switch
    {
        >= 86_400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:0.#} d"),
        >= 3_600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600:0.#} h"),
        >= 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.##} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.###} ms"),
    };
}
