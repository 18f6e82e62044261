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

    private readonly McpClient _client;
    private readonly Queue<JsonObject> _diagnostics = new();
    private JsonElement? _status;

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
    }

    /// <summary>One view: <c>server</c>, <c>connection</c>, <c>limits</c>, <c>report</c> (protocol section 9), <c>status</c> (null before the first event) and <c>diagnostics</c>.</summary>
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
            ["status"] = _status is { } status ? JsonNode.Parse(status.GetRawText()) : null,
            ["diagnostics"] = Newest(),
        };
    }

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
