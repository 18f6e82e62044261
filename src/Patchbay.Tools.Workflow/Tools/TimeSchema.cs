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
                    CompleteProperties(properties, parent["required"] as JsonArray ?? []);
                foreach (var (_, child) in parent.ToList())
                    Visit(child);
                break;
        }
    }

    private static void CompleteProperties(JsonObject properties, JsonArray required)
    {
        foreach (var (name, value) in properties.ToList())
        {
            if (name.EndsWith("_at", StringComparison.Ordinal))
                properties[name] = Moment(value, required.Any(entry => entry!.GetValue<string>() == name));
            else if (name == "time_range")
                properties[name] = Range(value, new JsonArray("string", "object", "null"));
            else if (name == "baseline")
                properties[name] = Range(value, new JsonArray("object", "null"));
        }
    }

    private static JsonObject Moment(JsonNode? declared, bool isRequired)
    {
        var moment = Described(declared);
        moment["type"] = isRequired ? new JsonArray("string", "integer") : new JsonArray("string", "integer", "null");
        return moment;
    }

    private static JsonObject Range(JsonNode? declared, JsonArray type)
    {
        var range = Described(declared);
        range["type"] = type;
        range["properties"] = new JsonObject { ["from"] = Moment(null, isRequired: true), ["to"] = Moment(null, isRequired: true) };
        range["required"] = new JsonArray("from", "to");
        range["additionalProperties"] = false;
        return range;
    }

    private static JsonObject Described(JsonNode? declared) =>
        declared is JsonObject { } known && known["description"] is { } description ? new JsonObject { ["description"] = description.DeepClone() } : [];
}
