using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;

namespace Patchbay.Protocol.Tests.Conformance;

/// <summary>Tells messages the way vectors do: their fields by their wire names, and only those that stand in them.</summary>
internal static class Told
{
    private static readonly string[] KnownContext = ["traceparent", "deadline_ms", "idempotency_key"];

    public static JsonObject Of(Message message)
    {
        var told = new JsonObject { ["dialect"] = message.Dialect == Dialect.Compact ? "compact" : "envelope", ["id"] = message.Id };
        if (message.Ack is { } ack)
            told["ack"] = ack;
        switch (message)
        {
            case RequestMessage request:
                told["type"] = "request";
                told["method"] = request.Method;
                Add(told, "params", request.Params);
                if (request.Context is { } context)
                    told["context"] = Context(context);
                break;
            case EventMessage @event:
                told["type"] = "event";
                told["event_type"] = @event.EventType;
                Add(told, "source", @event.Source);
                Add(told, "data", @event.Data);
                break;
            case ErrorMessage error:
                told["type"] = "error";
                told["error_code"] = error.ErrorCode;
                told["error_message"] = error.Text;
                Add(told, "details", error.Details);
                Add(told, "request_id", error.RequestId);
                break;
            case DiagnosticMessage diagnostic:
                told["type"] = "diagnostic";
                told["level"] = EnvelopeWriter.LevelName(diagnostic.Level);
                told["component"] = diagnostic.Component;
                told["message"] = diagnostic.Text;
                Add(told, "details", diagnostic.Details);
                Add(told, "metrics", diagnostic.Metrics);
                break;
            case HeartbeatMessage heartbeat:
                told["type"] = "heartbeat";
                told["client_id"] = heartbeat.ClientId;
                // A number may be beyond a double; JSON has no name for what it becomes.
                told["uptime"] = double.IsFinite(heartbeat.Uptime) ? heartbeat.Uptime : JsonNode.Parse(heartbeat.Uptime > 0 ? "1e999" : "-1e999");
                Add(told, "metrics", heartbeat.Metrics);
                break;
            default:
                throw new InvalidOperationException($"A client cannot send a {message.GetType().Name}.");
        }

        return told;
    }

    /// <summary>What a vector tells, reduced to what a message keeps: known context only, null as absence, and the higher of two acks.</summary>
    public static JsonObject Kept(JsonObject vector)
    {
        var kept = vector.DeepClone().AsObject();
        if ((string?)kept["type"] == "error" && kept["request_id"] is null)
            kept.Remove("request_id");
        if (kept["context"] is JsonObject context)
        {
            foreach (var name in context.Select(member => member.Key).Where(name => !KnownContext.Contains(name)).ToArray())
                context.Remove(name);
        }

        if ((string?)kept["type"] == "event" && (string?)kept["event_type"] == "ack")
            kept["ack"] = Math.Max((long)kept["data"]!["seq"]!, (long?)kept["ack"] ?? 0);
        return kept;
    }

    /// <summary>Equal as JSON; numbers by value.</summary>
    public static bool Same(JsonNode? left, JsonNode? right)
    {
        if (left is null || right is null)
            return left is null && right is null;
        if (left.GetValueKind() != right.GetValueKind())
            return false;
        return left.GetValueKind() switch
        {
            JsonValueKind.Object => left.AsObject().Count == right.AsObject().Count
                && left.AsObject().All(member => right.AsObject().TryGetPropertyValue(member.Key, out var other) && Same(member.Value, other)),
            JsonValueKind.Array => left.AsArray().Count == right.AsArray().Count && left.AsArray().Zip(right.AsArray()).All(pair => Same(pair.First, pair.Second)),
            JsonValueKind.Number => Number(left) == Number(right),
            JsonValueKind.String => (string?)left == (string?)right,
            _ => true,
        };
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString());

    private static JsonObject Context(RequestContext context)
    {
        var told = new JsonObject();
        Add(told, "traceparent", context.TraceParent);
        if (context.DeadlineMs is { } deadline)
            told["deadline_ms"] = deadline;
        Add(told, "idempotency_key", context.IdempotencyKey);
        return told;
    }

    private static void Add(JsonObject told, string name, string? value)
    {
        if (value is not null)
            told[name] = value;
    }

    private static void Add(JsonObject told, string name, ReadOnlyMemory<byte> json)
    {
        if (!json.IsEmpty)
            told[name] = JsonNode.Parse(json.Span);
    }
}
