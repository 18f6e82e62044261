using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Patchbay.Client.Tests.Dialogues;

/// <summary>What came is not what the dialogue says.</summary>
internal sealed class MismatchException(string message) : Exception(message);

/// <summary>The matchers and samples of <c>conformance/dialogues/README.md</c>, and the names a dialogue has bound.</summary>
internal sealed partial class Names
{
    private static readonly HashSet<string> Specials = ["$integer", "$one_of", "$contains", "$repeat"];

    private readonly Dictionary<string, JsonNode> _bound = [];
    private int _made;

    /// <exception cref="MismatchException">It does not match. Names are bound only when all does.</exception>
    public void Match(JsonNode? wanted, JsonNode? got)
    {
        var before = _bound.ToArray();
        try
        {
            Match(wanted, got, isThere: true, "");
        }
        catch (MismatchException)
        {
            _bound.Clear();
            foreach (var (name, value) in before)
                _bound[name] = value;
            throw;
        }
    }

    public bool Matches(JsonNode? wanted, JsonNode? got)
    {
        try
        {
            Match(wanted, got);
            return true;
        }
        catch (MismatchException)
        {
            return false;
        }
    }

    /// <summary>What is sent in the matcher's place.</summary>
    public JsonNode? Sample(JsonNode? wanted, string messageType = "request")
    {
        switch (wanted)
        {
            case JsonObject special when Special(special) is { } kind:
                var told = special[kind]!;
                return kind switch
                {
                    "$integer" => told[0]!.DeepClone(),
                    "$one_of" => Sample(told[0], messageType),
                    "$contains" => new JsonArray(Sample(told, messageType)),
                    _ => string.Concat(Enumerable.Repeat((string)told[0]!, (int)told[1]!)),
                };
            case JsonObject members:
                var made = new JsonObject();
                var inner = members["message_type"] is JsonValue type ? (string)type! : messageType;
                foreach (var (name, value) in members)
                {
                    if (value is not JsonValue { } text || text.GetValueKind() != JsonValueKind.String || (string)text! != "$absent")
                        made[name] = Sample(value, inner);
                }

                return made;
            case JsonArray elements:
                return new JsonArray([.. elements.Select(element => Sample(element, messageType))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && ((string)value!).StartsWith('$'):
                return SampleNamed((string)value!, messageType);
            default:
                return wanted?.DeepClone();
        }
    }

    private JsonNode? SampleNamed(string wanted, string messageType)
    {
        if (wanted.StartsWith("$$", StringComparison.Ordinal))
            return wanted[1..];
        var (kind, name) = Split(wanted);
        return kind switch
        {
            "$any" => null,
            "$string" => "string",
            "$number" or "$integer" => 1,
            "$boolean" => true,
            "$object" => new JsonObject(),
            "$array" => new JsonArray(),
            "$time" => "2024-02-17T23:10:15Z",
            "$id" => Bind(name, $"{Prefix(messageType)}-made{++_made}"),
            "$bind" => Bind(name, $"{name}-1"),
            "$same" => _bound[name].DeepClone(),
            "$other" => (string)_bound[name]! + "x",
            _ => throw new InvalidOperationException($"unknown matcher {wanted}"),
        };
    }

    private JsonNode Bind(string name, JsonNode value)
    {
        _bound[name] = value;
        return value.DeepClone();
    }

    private void Match(JsonNode? wanted, JsonNode? got, bool isThere, string where)
    {
        switch (wanted)
        {
            case JsonValue text when text.GetValueKind() == JsonValueKind.String && ((string)text!).StartsWith('$') && !((string)text!).StartsWith("$$", StringComparison.Ordinal):
                MatchNamed((string)text!, got, isThere, where);
                break;
            case JsonObject special when Special(special) is { } kind:
                MatchSpecial(kind, special[kind]!, got, where);
                break;
            case JsonObject members:
                Need(got is JsonObject, where, "an object", got);
                foreach (var (name, value) in members)
                    Match(value, got!.AsObject()[name], got.AsObject().ContainsKey(name), $"{where}.{name}");
                break;
            case JsonArray elements:
                Need(got is JsonArray array && array.Count == elements.Count, where, $"{elements.Count} elements", got);
                for (var i = 0; i < elements.Count; i++)
                    Match(elements[i], got![i], isThere: true, $"{where}[{i}]");
                break;
            default:
                var literal = wanted is JsonValue escaped && escaped.GetValueKind() == JsonValueKind.String && ((string)escaped!).StartsWith("$$", StringComparison.Ordinal)
                    ? JsonValue.Create(((string)escaped!)[1..])
                    : wanted;
                Need(isThere && Same(literal, got), where, literal?.ToJsonString() ?? "null", got);
                break;
        }
    }

    private void MatchNamed(string wanted, JsonNode? got, bool isThere, string where)
    {
        var (kind, name) = Split(wanted);
        if (kind == "$absent")
        {
            Need(!isThere, where, "nothing", got);
            return;
        }

        Need(isThere, where, wanted, got);
        var type = got?.GetValueKind() ?? JsonValueKind.Null;
        Need(
            kind switch
            {
                "$any" => true,
                "$string" => type == JsonValueKind.String && (string)got! != "",
                "$number" => type == JsonValueKind.Number,
                "$integer" => IsInteger(got),
                "$boolean" => type is JsonValueKind.True or JsonValueKind.False,
                "$object" => type == JsonValueKind.Object,
                "$array" => type == JsonValueKind.Array,
                "$time" => type == JsonValueKind.String && Time().IsMatch((string)got!),
                "$id" => type == JsonValueKind.String && Id().IsMatch((string)got!),
                "$bind" => type == JsonValueKind.String || IsInteger(got),
                "$same" => Same(_bound[name], got),
                "$other" => type == JsonValueKind.String && !Same(_bound[name], got),
                _ => throw new InvalidOperationException($"unknown matcher {wanted}"),
            },
            where, kind == "$same" ? _bound[name].ToJsonString() : wanted, got);
        if (kind is "$id" or "$bind")
            _bound[name] = got!.DeepClone();
    }

    private void MatchSpecial(string kind, JsonNode told, JsonNode? got, string where) => Need(
        kind switch
        {
            "$integer" => IsInteger(got) && Number(told[0]!) <= Number(got!) && Number(got!) <= Number(told[1]!),
            "$one_of" => told.AsArray().Any(one => Matches(one, got)),
            "$contains" => got is JsonArray array && array.Any(element => Matches(told, element)),
            _ => got?.GetValueKind() == JsonValueKind.String && (string)got! == string.Concat(Enumerable.Repeat((string)told[0]!, (int)told[1]!)),
        },
        where, $"{kind} {told.ToJsonString()}", got);

    // Numbers by value: 1 is 1.0.
    private static bool Same(JsonNode? wanted, JsonNode? got) =>
        wanted?.GetValueKind() == JsonValueKind.Number && got?.GetValueKind() == JsonValueKind.Number
            ? Number(wanted).Equals(Number(got))
            : JsonNode.DeepEquals(wanted, got);

    private static bool IsInteger(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number && Math.Floor(Number(value)).Equals(Number(value));

    // A number that was made converts only to its own type.
    private static double Number(JsonNode value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static string? Special(JsonObject value) => value.Count == 1 && Specials.Contains(value.First().Key) ? value.First().Key : null;

    private static (string Kind, string Name) Split(string matcher) => matcher.Split(':', 2) is [var kind, var name] ? (kind, name) : (matcher, "");

    private static string Prefix(string messageType) => messageType switch
    {
        "request" => "req",
        "response" => "resp",
        "event" => "evt",
        "error" => "err",
        "diagnostic" => "diag",
        _ => "hb",
    };

    private static void Need(bool holds, string where, string wanted, JsonNode? got)
    {
        if (!holds)
            throw new MismatchException($"at {(where.Length == 0 ? "the top" : where)}: wanted {wanted}, got {got?.ToJsonString() ?? "nothing"}");
    }

    [GeneratedRegex("^(req|resp|evt|err|diag|hb)-[A-Za-z0-9][A-Za-z0-9._:-]{0,59}$")]
    private static partial Regex Id();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    private static partial Regex Time();
}
