using System.Text.Json;
using System.Text.Json.Nodes;

namespace Patchbay.Tools.Workflow.Tools;

/// <summary>Says in a schema what the types cannot: members that take more than one JSON type.</summary>
internal static class TimeSchema
{
    public static JsonElement Complete(JsonElement schema)
    {
        var node = JsonNode.Parse(schema.GetRawText())!;
        Visit(node);
        return JsonSerializer.SerializeToElement(node);
    }

    private static void Visit(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array)
                    Visit(item);
                break;
            case JsonObject parent:
                if (parent["properties"] is JsonObject properties)
                    CompleteProperties(properties);
                foreach (var (_, child) in parent.ToList())
                    Visit(child);
                break;
        }
    }

    private static void CompleteProperties(JsonObject properties)
    {
        foreach (var (name, value) in properties.ToList())
        {
            if (name.EndsWith("_at", StringComparison.Ordinal))
                properties[name] = Moment(value);
            else if (name == "time_range")
                properties[name] = Range(value, new JsonArray("string", "object"));
            else if (name == "baseline")
                properties[name] = Range(value, "object");
        }
    }

    private static JsonObject Moment(JsonNode? declared)
    {
        var moment = Described(declared);
        moment["type"] = new JsonArray("string", "integer");
        return moment;
    }

    private static JsonObject Range(JsonNode? declared, JsonNode type)
    {
        var range = Described(declared);
        range["type"] = type;
        range["properties"] = new JsonObject { ["from"] = Moment(null), ["to"] = Moment(null) };
        range["required"] = new JsonArray("from", "to");
        range["additionalProperties"] = false;
        return range;
    }

    private static JsonObject Described(JsonNode? declared) =>
        declared is JsonObject { } known && known["description"] is { } description ? new JsonObject { ["description"] = description.DeepClone() } : [];
}
