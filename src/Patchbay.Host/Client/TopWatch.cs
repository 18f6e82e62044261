using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client;
using Patchbay.Protocol.Envelope;

namespace Patchbay.Host.Client;

/// <summary>Gathers what <c>top</c> shows: the server's report, its status events, its newest diagnostics, and the limits it told.</summary>
internal sealed class TopWatch
{
    private const int NewestDiagnostics = 5;
    private const string StatusUpdate = "status_update";
    private const string Performance = "system/performance";

    private readonly McpClient _client;
    private readonly Queue<JsonObject> _diagnostics = new();
    private JsonElement? _status;
    private JsonElement? _figures;

    public TopWatch(McpClient client)
    {
        _client = client;
        client.EventReceived += (_, received) =>
        {
            if (received.EventType == StatusUpdate)
                _status = received.Data;
        };
        client.DiagnosticReceived += (_, diagnostic) => Note(diagnostic);
    }

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _client.EnableDiagnostics();
        await _client.SubscribeAsync([StatusUpdate], cancellationToken);
        // The first event comes within five seconds; until then the tool has its figures, when the server has it and the key may call it.
        var tools = await _client.ListToolsAsync(cancellationToken);
        if (tools.Any(tool => tool.Name == Performance))
            _figures = await _client.CallToolAsync(Performance, new { metrics = (string[])["cpu", "memory"], history_minutes = 0 }, null, cancellationToken);
    }

    /// <summary>One view: <c>server</c>, <c>connection</c>, <c>limits</c>, <c>report</c> (protocol section 9), <c>status</c> (what <c>status_update</c> tells) and <c>diagnostics</c>.</summary>
    public async Task<JsonObject> LookAsync(CancellationToken cancellationToken)
    {
        var report = await _client.ServerDiagnosticsAsync(cancellationToken);
        var limits = _client.Limits;
        return new JsonObject
        {
            ["server"] = new JsonObject { ["name"] = _client.Server.Name, ["version"] = _client.Server.Version, ["url"] = _client.Options.Uri.ToString() },
            ["connection"] = _client.GetDiagnostics()["connection"]!.DeepClone(),
            ["limits"] = new JsonObject
            {
                ["messages_per_minute"] = limits.MessagesPerMinute,
                ["max_message_bytes"] = limits.MaxMessageBytes,
                ["max_batch"] = limits.MaxBatch,
                ["max_in_flight"] = limits.MaxInFlight,
            },
            ["report"] = JsonNode.Parse(report.GetRawText()),
            ["status"] = _status is { } status ? JsonNode.Parse(status.GetRawText()) : FirstStatus(report),
            ["diagnostics"] = Newest(),
        };
    }

    // What the first event would tell, from the report and the tool.
    private JsonObject FirstStatus(JsonElement report)
    {
        var performance = report.GetProperty("performance_metrics");
        return new JsonObject
        {
            ["active_connections"] = Copy(report.GetProperty("active_connections")),
            ["uptime_s"] = Copy(performance.GetProperty("uptime_s")),
            ["messages_per_second"] = Copy(performance.GetProperty("messages_per_second")),
            ["error_rate"] = Copy(performance.GetProperty("error_rate")),
            ["cpu_percent"] = Copy(_figures?.GetProperty("cpu").GetProperty("percent")),
            ["memory_percent"] = Copy(_figures?.GetProperty("memory").GetProperty("percent")),
        };
    }

    private static JsonNode? Copy(JsonElement? value) => value is { } told ? JsonNode.Parse(told.GetRawText()) : null;

    private void Note(McpDiagnostic diagnostic)
    {
        lock (_diagnostics)
        {
            if (_diagnostics.Count == NewestDiagnostics)
                _diagnostics.Dequeue();
            _diagnostics.Enqueue(new JsonObject
            {
                ["level"] = EnvelopeWriter.LevelName(diagnostic.Level),
                ["component"] = diagnostic.Component,
                ["message"] = diagnostic.Message,
            });
        }
    }

    private JsonArray Newest()
    {
        lock (_diagnostics)
            return [.. _diagnostics.Select(told => told.DeepClone())];
    }
}
