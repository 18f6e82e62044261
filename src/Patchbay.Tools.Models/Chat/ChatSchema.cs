using System.Text.Json;
using System.Text.Json.Nodes;

namespace Patchbay.Tools.Models.Chat;

/// <summary>Says in the schema of <see cref="ChatArguments"/> what its types cannot: members that take more than one JSON type.</summary>
internal static class ChatSchema
{
    private const int MaxStops = 16;

    public static JsonElement Complete(JsonElement schema)
    {
        var node = JsonNode.Parse(schema.GetRawText())!;
        var arguments = node["properties"]!.AsObject();
        Set(arguments, "stop", ["string", "array", "null"], ("items", new JsonObject { ["type"] = "string" }), ("minItems", 1), ("maxItems", MaxStops));
        Set(arguments, "tool_choice", ["string", "object", "null"]);
        Set(arguments, "response_format", ["object", "null"]);
        arguments["tools"]!["items"] = new JsonObject { ["type"] = "object" };
        var turn = arguments["messages"]!["items"]!["properties"]!.AsObject();
        Set(turn, "content", ["string", "array", "null"], ("items", new JsonObject { ["type"] = "object" }));
        turn["tool_calls"]!["items"] = new JsonObject { ["type"] = "object" };
        return JsonSerializer.SerializeToElement(node);
    }

    private static void Set(JsonObject properties, string name, string[] types, params (string Keyword, JsonNode Value)[] more)
    {
        var declared = new JsonObject { ["type"] = new JsonArray([.. types.Select(type => JsonValue.Create(type))]) };
        if (properties[name] is JsonObject known && known["description"] is { } description)
            declared.Insert(0, "description", description.DeepClone());
        foreach (var (keyword, value) in more)
            declared[keyword] = value;
        properties[name] = declared;
    }
}
