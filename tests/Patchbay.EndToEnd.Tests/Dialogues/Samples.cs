using System.Text.Json.Nodes;

namespace Patchbay.EndToEnd.Tests.Dialogues;

/// <summary>What is sent in the place of a matcher, by the table in <c>conformance/dialogues/README.md</c>.</summary>
internal static class Samples
{
    private static readonly JsonNode LeftOut = JsonValue.Create("left out");

    /// <summary>The value with every matcher replaced; binds the names it meets.</summary>
    public static JsonNode? Of(JsonNode? value, Names names, string prefix = "c")
    {
        switch (value)
        {
            case JsonArray array:
                return new JsonArray([.. array.Select(element => Of(element, names))]);
            case JsonObject { Count: 1 } composed when composed.First().Key.StartsWith('$'):
                return Composed(composed.First().Key, composed.First().Value!.AsArray(), names);
            case JsonObject message:
                var result = new JsonObject();
                var own = Names.PrefixOf(message) is { Length: > 0 } known ? known : "c";
                foreach (var (name, member) in message)
                {
                    if (Of(member, names, own) is var sample && sample != LeftOut)
                        result[name] = sample;
                }

                return result;
            case JsonValue text when text.TryGetValue<string>(out var matcher):
                return Text(matcher, names, prefix);
            default:
                return value?.DeepClone();
        }
    }

    private static JsonNode? Text(string value, Names names, string prefix)
    {
        if (!value.StartsWith('$'))
            return value;
        if (value.StartsWith("$$", StringComparison.Ordinal))
            return value[1..];
        var (kind, name) = value.Split(':', 2) is [var first, var second] ? (first, second) : (value, null);
        switch (kind)
        {
            case "$absent": return LeftOut;
            case "$any": return null;
            case "$string": return "string";
            case "$number" or "$integer": return 1;
            case "$boolean": return true;
            case "$object": return new JsonObject();
            case "$array": return new JsonArray();
            case "$time": return "2024-02-17T23:10:15Z";
            case "$same": return names.Of(name!).DeepClone();
            case "$other": return names.Of(name!).GetValue<string>() + "x";
            case "$id" or "$bind":
                var given = kind == "$id" ? names.Fresh(prefix) : $"{name}-1";
                if (name is not null)
                    names.Bound[name] = JsonValue.Create(given);
                return given;
            default: throw new DialogueException($"There is no matcher {value}.");
        }
    }

    private static JsonNode? Composed(string name, JsonArray argument, Names names) => name switch
    {
        "$integer" => argument[0]!.DeepClone(),
        "$one_of" => Of(argument[0], names),
        "$repeat" => string.Concat(Enumerable.Repeat(argument[0]!.GetValue<string>(), argument[1]!.GetValue<int>())),
        _ => throw new DialogueException($"There is no matcher {name}."),
    };
}
