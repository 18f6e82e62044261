using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Patchbay.Host.Client;

/// <summary>Shows views of <c>top</c>: redrawn in place on a terminal, one after the other elsewhere, or as lines of JSON.</summary>
internal sealed class TopScreen(TextWriter output, bool asJson, bool isTerminal)
{
    // The alternate screen, so that the terminal is as it was afterwards; and back.
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Back = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string ClearLine = "\e[K";
    private const string ClearBelow = "\e[J";

    private const int MostTools = 20;

    private bool _hasEntered;

    public void Show(JsonObject view)
    {
        if (asJson)
        {
            output.WriteLine(ClientCommands.Line(view));
            return;
        }

        var lines = Lines(view);
        if (!isTerminal)
        {
            output.WriteLine(string.Join('\n', lines) + "\n");
            return;
        }

        var screen = new StringBuilder(_hasEntered ? Home : Enter + Home);
        _hasEntered = true;
        foreach (var line in lines)
            screen.Append(line).Append(ClearLine).Append("\r\n");
        output.Write(screen.Append(ClearBelow));
        output.Flush();
    }

    /// <summary>Gives the terminal back.</summary>
    public void Leave()
    {
        if (!_hasEntered)
            return;
        output.Write(Back);
        output.Flush();
    }

    /// <summary>A view as people read it.</summary>
    public static IReadOnlyList<string> Lines(JsonObject view)
    {
        var report = view["report"]!;
        var performance = report["performance_metrics"]!;
        var limits = view["limits"]!;
        var lines = new List<string>
        {
            $"{view["server"]!["name"]} {view["server"]!["version"]}  {view["server"]!["url"]}  {view["connection"]!["status"]}  rtt {Number(view["connection"]!["rtt_ms"], "0.0")} ms",
            $"up {Duration(performance["uptime_s"])}   connections {report["active_connections"]}   CPU {Number(view["status"]?["cpu_percent"], "0.0")} %   memory {Number(view["status"]?["memory_percent"], "0.0")} %",
            $"messages/s in {Number(performance["messages_per_second"]!["in"], "0.0")} out {Number(performance["messages_per_second"]!["out"], "0.0")}   "
                + $"total in {report["message_counts"]!["received"]} out {report["message_counts"]!["sent"]}   errors {Number(performance["error_rate"], "0.00%")}",
            $"latency ms p50 {Latency(performance, "p50")} p95 {Latency(performance, "p95")} p99 {Latency(performance, "p99")} max {Latency(performance, "max")}",
            $"limits {limits["messages_per_minute"]} messages/min   {limits["max_in_flight"]} calls in flight   {limits["max_batch"]} in a batch   {limits["max_message_bytes"]} bytes",
            $"violations {report["error_summary"]!["total_violations"]}  {string.Join("  ", report["error_summary"]!["violation_types"]!.AsObject().Select(type => $"{type.Key} {type.Value}"))}".TrimEnd(),
            "",
            $"{"TOOL",-32} {"CALLS",9} {"ERRORS",7} {"P50 ms",9} {"P95 ms",9} {"P99 ms",9}",
        };
        lines.AddRange(performance["tools"]!.AsObject().OrderByDescending(tool => (double)tool.Value!["calls"]!).ThenBy(tool => tool.Key, StringComparer.Ordinal).Take(MostTools).Select(tool =>
            $"{tool.Key,-32} {tool.Value!["calls"],9} {tool.Value["errors"],7} {Latency(tool.Value, "p50"),9} {Latency(tool.Value, "p95"),9} {Latency(tool.Value, "p99"),9}"));
        if (view["diagnostics"]!.AsArray() is { Count: > 0 } diagnostics)
            lines.AddRange(["", .. diagnostics.Select(told => $"{told!["level"]}  {told["component"]}  {told["message"]}")]);
        return [.. lines.Select(line => ClientCommands.Plain(line).Replace('\n', ' '))];
    }

    private static string Latency(JsonNode of, string rank) => Number(of["latency_ms"]![rank], "0.0");

    private static string Number(JsonNode? value, string format) => value is null ? "-" : ((double)value).ToString(format, CultureInfo.InvariantCulture);

    private static string Duration(JsonNode? seconds) => seconds is null ? "-" : TimeSpan.FromSeconds(Math.Floor((double)seconds)).ToString("c", CultureInfo.InvariantCulture);
}
