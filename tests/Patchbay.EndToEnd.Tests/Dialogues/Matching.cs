using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Patchbay.EndToEnd.Tests.Dialogues;

/// <summary>Whether a value is what a dialogue awaits, by the table in <c>conformance/dialogues/README.md</c>.</summary>
internal static partial class Matching
{
    /// <summary>True when it matches; only then are the names in it bound.</summary>
    public static bool Matches(JsonNode? wanted, JsonNode? found, Names names) => names.Try(() => Check(wanted, true, found, names, ""));

    private static bool Check(JsonNode? wanted, bool isThere, JsonNode? found, Names names, string prefix)
    {
        var text = wanted is JsonValue value && value.TryGetValue<string>(out var told) ? told : null;
        if (text == "$absent")
            return !isThere;
        if (!isThere)
            return false;
        if (text is not null)
            return Text(text, found, names, prefix);
        switch (wanted)
        {
            case JsonArray elements:
                return found is JsonArray array && array.Count == elements.Count && elements.Zip(array).All(pair => Check(pair.First, true, pair.Second, names, ""));
            case JsonObject { Count: 1 } composed when composed.First().Key.StartsWith('$'):
                return Composed(composed.First().Key, composed.First().Value!, found, names);
            case JsonObject members:
                var own = Names.PrefixOf(members);
                return found is JsonObject message && members.All(member => Check(member.Value, message.TryGetPropertyValue(member.Key, out var there), there, names, own));
            default:
                return Same(wanted, found);
        }
    }

    private static bool Same(JsonNode? wanted, JsonNode? found) => JsonNode.DeepEquals(wanted, found)
        || (Kind(wanted) == JsonValueKind.Number && Kind(found) == JsonValueKind.Number && wanted!.GetValue<JsonElement>().GetDouble().Equals(found!.GetValue<JsonElement>().GetDouble()));

    private static bool Text(string wanted, JsonNode? found, Names names, string prefix)
    {
        if (!wanted.StartsWith('$') || wanted.StartsWith("$$", StringComparison.Ordinal))
            return Same(JsonValue.Create(wanted.StartsWith('$') ? wanted[1..] : wanted), found);
        var (kind, name) = wanted.Split(':', 2) is [var first, var second] ? (first, second) : (wanted, null);
        var isText = Kind(found) == JsonValueKind.String;
        switch (kind)
        {
            case "$any": return true;
            case "$same": return Same(names.Of(name!), found);
            case "$other": return isText && !Same(names.Of(name!), found);
            case "$time": return isText && Time().IsMatch(found!.GetValue<string>());
            case "$string": return isText && found!.GetValue<string>().Length > 0;
            case "$number": return Kind(found) == JsonValueKind.Number;
            case "$integer": return IsInteger(found);
            case "$boolean": return Kind(found) is JsonValueKind.True or JsonValueKind.False;
            case "$object": return found is JsonObject;
            case "$array": return found is JsonArray;
            case "$id" or "$bind":
                if (kind == "$id" ? !isText || !IsId(found!.GetValue<string>(), prefix) : !isText && !IsInteger(found))
                    return false;
                if (name is not null)
                    names.Bound[name] = found!.DeepClone();
                return true;
            default: throw new DialogueException($"There is no matcher {wanted}.");
        }
    }

    private static bool Composed(string name, JsonNode argument, JsonNode? found, Names names) => name switch
    {
        "$integer" => IsInteger(found) && found!.GetValue<long>() >= argument[0]!.GetValue<long>() && found.GetValue<long>() <= argument[1]!.GetValue<long>(),
        "$one_of" => argument.AsArray().Any(choice => Matches(choice, found, names)),
        "$contains" => found is JsonArray array && array.Any(element => Matches(argument, element, names)),
        "$repeat" => Same(Samples.Of(new JsonObject { [name] = argument.DeepClone() }, names), found),
        _ => throw new DialogueException($"There is no matcher {name}."),
    };

    private static bool IsId(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) && Id().IsMatch(text[prefix.Length..]);

    private static bool IsInteger(JsonNode? found) => Kind(found) == JsonValueKind.Number && found!.GetValue<JsonElement>().TryGetInt64(out _);

    private static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() ?? JsonValueKind.Null;

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\z")]
    private static partial Regex Time();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._:-]*\z")]
    private static partial Regex Id();
}
