using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;

namespace Patchbay.Client.Core;

/// <summary>What the user wants to be told, and making it so again after a session was lost: a new one has no subscriptions.</summary>
internal sealed class Subscriptions(McpClientOptions options, RequestTable table, LocalDiagnostics local)
{
    private readonly List<string> _events = [];
    private JsonObject? _diagnostics;

    /// <summary>The user's own requests, when they are answered well, say what is wanted.</summary>
    public void Note(Request request)
    {
        switch (request.Method)
        {
            case "events/subscribe":
                foreach (var name in Names(request).Where(name => !_events.Contains(name)))
                    _events.Add(name);
                break;
            case "events/unsubscribe":
                foreach (var name in Names(request))
                    _events.Remove(name);
                break;
            case "diagnostics/subscribe":
                _diagnostics = request.Params;
                break;
            case "diagnostics/unsubscribe":
                _diagnostics = null;
                break;
        }
    }

    /// <summary>Null: no longer. Said to the server at once when there is a connection, else with the next session.</summary>
    public void WantDiagnostics(JsonObject? parameters, double now)
    {
        var had = _diagnostics;
        _diagnostics = parameters;
        if (!table.Wire.Ready)
            return;
        if (parameters is not null)
            Ask("diagnostics/subscribe", parameters, now);
        else if (had is not null)
            Ask("diagnostics/unsubscribe", [], now);
    }

    /// <summary>On a new session.</summary>
    public void MakeAgain(double now)
    {
        if (_events.Count > 0)
            Ask("events/subscribe", new JsonObject { ["event_types"] = new JsonArray([.. _events.Select(name => (JsonNode)name)]) }, now);
        if (_diagnostics is not null)
            Ask("diagnostics/subscribe", _diagnostics, now);
    }

    private void Ask(string method, JsonObject parameters, double now) =>
        table.Add(Request.Own(options, method, writer => parameters.WriteTo(writer), (_, error, _) =>
        {
            if (error is not null)
                local.Say(DiagnosticLevel.Warning, "subscription_failed", $"{method} failed: {error.Message}", new JsonObject { ["method"] = method, ["error_code"] = error.Code });
        }), now);

    private static IEnumerable<string> Names(Request request) =>
        request.Params["event_types"] is JsonArray names ? [.. names.Where(name => name?.GetValueKind() == JsonValueKind.String).Select(name => (string)name!)] : [];
}
