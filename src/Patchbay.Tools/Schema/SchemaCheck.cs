using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Patchbay.Tools.Schema;

/// <summary>One check of one value: walks schema and tokens together and lists every fault.</summary>
internal ref struct SchemaCheck(ReadOnlySpan<byte> json)
{
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _json = json;
    private List<SchemaError>? _errors;

    // Where the walk is, from the outside in; a text is never nested deeper (the rule of form).
    private Segments _path;
    private int _depth;

    [InlineArray(MaxDepth)]
    private struct Segments
    {
        private (string? Name, int Index) _first;
    }

    public readonly IReadOnlyList<SchemaError>? Errors => _errors;

    /// <summary>Checks the value the reader stands on and leaves the reader on its last token.</summary>
    public void Value(ref Utf8JsonReader reader, SchemaNode node)
    {
        if (node.IsFalse)
        {
            Add("No value is allowed here.");
            reader.Skip();
            return;
        }

        if (node.HasCombinators)
            Combinators(reader, node);

        var type = TypeOf(ref reader);
        if (node.Types != JsonTypes.None && (node.Types & type) == 0)
        {
            Add($"Must be {Describe(node.Types)}.");
            reader.Skip();
            return;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when node.LooksAtMembers:
                Members(ref reader, node);
                break;
            case JsonTokenType.StartArray when node.LooksAtItems:
                Items(ref reader, node);
                break;
            case JsonTokenType.String:
                Text(ref reader, node);
                break;
            case JsonTokenType.Number:
                Number(ref reader, node);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void Members(ref Utf8JsonReader reader, SchemaNode node)
    {
        Span<bool> seen = node.Required.Length <= 64 ? stackalloc bool[node.Required.Length] : new bool[node.Required.Length];
        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            count++;
            for (var i = 0; i < seen.Length; i++)
                seen[i] |= reader.ValueTextEquals(node.Required[i]);
            Member(ref reader, node);
        }

        for (var i = 0; i < seen.Length; i++)
        {
            if (!seen[i])
                Add("Is required.", Encoding.UTF8.GetString(node.Required[i]));
        }

        if (count < node.MinProperties)
            Add($"Must have at least {node.MinProperties} members.");
        if (count > node.MaxProperties)
            Add($"Must have at most {node.MaxProperties} members.");
    }

    private void Member(ref Utf8JsonReader reader, SchemaNode node)
    {
        foreach (var property in node.Properties)
        {
            if (!reader.ValueTextEquals(property.Utf8Name))
                continue;
            reader.Read();
            Inside(ref reader, property.Name, 0, property.Schema);
            return;
        }

        if (node.PatternProperties.Length == 0 && node.PropertyNames is null && node.AdditionalProperties is null)
        {
            reader.Read();
            reader.Skip();
            return;
        }

        var name = reader.GetString()!;
        if (node.PropertyNames is { } names)
        {
            var quoted = new SchemaCheck(JsonSerializer.SerializeToUtf8Bytes(name));
            var nameReader = new Utf8JsonReader(quoted._json);
            nameReader.Read();
            quoted.Value(ref nameReader, names);
            if (quoted.Errors is not null)
                Add("The member name is not allowed.", name);
        }

        reader.Read();
        var matched = false;
        foreach (var (pattern, schema) in node.PatternProperties)
        {
            if (!IsMatch(pattern, name))
                continue;
            matched = true;
            var again = reader;
            Inside(ref again, name, 0, schema);
        }

        if (!matched && node.AdditionalProperties is { } additional)
        {
            if (additional.IsFalse)
                Add("There is no such argument.", name);
            else
                Inside(ref reader, name, 0, additional);
        }

        reader.Skip();
    }

    private void Items(ref Utf8JsonReader reader, SchemaNode node)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var schema = count < node.PrefixItems.Length ? node.PrefixItems[count] : node.Items;
            if (schema is null)
                reader.Skip();
            else
                Inside(ref reader, null, count, schema);
            count++;
        }

        if (count < node.MinItems)
            Add($"Must have at least {node.MinItems} elements.");
        if (count > node.MaxItems)
            Add($"Must have at most {node.MaxItems} elements.");
    }

    private void Text(ref Utf8JsonReader reader, SchemaNode node)
    {
        if (node.MinLength == 0 && node.MaxLength is null && node.Pattern is null)
            return;
        // JSON Schema counts characters of Unicode, not code units; without escapes they are counted in the bytes, and most texts need no string.
        var text = reader.ValueIsEscaped || node.Pattern is not null ? reader.GetString() : null;
        var length = text?.EnumerateRunes().Count() ?? CountCharacters(reader.ValueSpan);
        if (length < node.MinLength)
            Add($"Must have at least {node.MinLength} characters.");
        if (length > node.MaxLength)
            Add($"Must have at most {node.MaxLength} characters.");
        if (node.Pattern is { } pattern && !IsMatch(pattern, text!))
            Add($"Must match {pattern}.");
    }

    // Every byte of UTF-8 begins a character but those of the form 10xxxxxx.
    private static int CountCharacters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var unit in utf8)
            count += (unit & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }

    private void Number(ref Utf8JsonReader reader, SchemaNode node)
    {
        if (!reader.TryGetDouble(out var value) || !double.IsFinite(value))
        {
            Add("The number is out of range.");
            return;
        }

        if (value < node.Minimum)
            Add($"Must be at least {node.Minimum}.");
        if (value > node.Maximum)
            Add($"Must be at most {node.Maximum}.");
        if (value <= node.ExclusiveMinimum)
            Add($"Must be more than {node.ExclusiveMinimum}.");
        if (value >= node.ExclusiveMaximum)
            Add($"Must be less than {node.ExclusiveMaximum}.");
        if (node.MultipleOf is { } step && Math.Abs((value / step) - Math.Round(value / step)) > 1e-9)
            Add($"Must be a multiple of {step}.");
    }

    // Each looks at the value from its start again: the reader is a value and is copied.
    private void Combinators(Utf8JsonReader reader, SchemaNode node)
    {
        if (node.Enum is { } allowed && !IsOneOf(reader, allowed))
            Add($"Must be one of {string.Join(", ", allowed.Select(value => value.GetRawText()))}.");
        if (node.UniqueItems && reader.TokenType == JsonTokenType.StartArray && HasTwins(reader))
            Add("Its elements must differ.");
        if (node.Reference is { } target)
            Again(reader, target);
        foreach (var schema in node.AllOf)
            Again(reader, schema);
        if (node.AnyOf.Length > 0 && Matching(reader, node.AnyOf) == 0)
            Add("Fits none of the allowed forms.");
        if (node.OneOf.Length > 0 && Matching(reader, node.OneOf) != 1)
            Add("Must fit exactly one of the allowed forms.");
        if (node.Not is { } not && Matching(reader, [not]) == 1)
            Add("Has a form that is not allowed.");
        if (node.If is { } condition && (Matching(reader, [condition]) == 1 ? node.Then : node.Else) is { } branch)
            Again(reader, branch);
    }

    private void Again(Utf8JsonReader reader, SchemaNode node) => Value(ref reader, node);

    private readonly int Matching(Utf8JsonReader reader, SchemaNode[] schemas)
    {
        var count = 0;
        foreach (var schema in schemas)
        {
            var probe = new SchemaCheck(_json);
            probe.Again(reader, schema);
            if (probe.Errors is null)
                count++;
        }

        return count;
    }

    private static bool IsOneOf(Utf8JsonReader reader, JsonElement[] allowed)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (var value in allowed)
            {
                if (value.ValueKind == JsonValueKind.String && reader.ValueTextEquals(value.GetString()))
                    return true;
            }

            return false;
        }

        using var document = JsonDocument.ParseValue(ref reader);
        return Array.Exists(allowed, value => JsonElement.DeepEquals(value, document.RootElement));
    }

    private static bool HasTwins(Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var items = document.RootElement.EnumerateArray().ToArray();
        for (var i = 0; i < items.Length; i++)
        {
            for (var j = i + 1; j < items.Length; j++)
            {
                if (JsonElement.DeepEquals(items[i], items[j]))
                    return true;
            }
        }

        return false;
    }

    private void Inside(ref Utf8JsonReader reader, string? name, int index, SchemaNode node)
    {
        _path[_depth++] = (name, index);
        Value(ref reader, node);
        _depth--;
    }

    private void Add(string message, string? member = null)
    {
        _errors ??= [];
        if (_errors.Count == JsonSchema.MaxErrors)
            return;
        var path = new StringBuilder();
        for (var i = 0; i < _depth; i++)
        {
            path.Append('/');
            if (_path[i].Name is { } name)
                path.Append(Escape(name));
            else
                path.Append(_path[i].Index);
        }

        if (member is not null)
            path.Append('/').Append(Escape(member));
        _errors.Add(new SchemaError(path.ToString(), message));
    }

    // RFC 6901 §3.
    private static string Escape(string segment) =>
        segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static bool IsMatch(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static JsonTypes TypeOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => JsonTypes.Object,
        JsonTokenType.StartArray => JsonTypes.Array,
        JsonTokenType.String => JsonTypes.String,
        // JSON Schema calls 1.0 and 1e3 integers too.
        JsonTokenType.Number => reader.TryGetInt64(out _) || (reader.TryGetDouble(out var value) && Math.Floor(value) == value)
            ? JsonTypes.Integer | JsonTypes.Number
            : JsonTypes.Number,
        JsonTokenType.Null => JsonTypes.Null,
        _ => JsonTypes.Boolean,
    };

    private static string Describe(JsonTypes types)
    {
        var names = new List<string>();
        foreach (var type in (ReadOnlySpan<JsonTypes>)[JsonTypes.Object, JsonTypes.Array, JsonTypes.String, JsonTypes.Number, JsonTypes.Integer, JsonTypes.Boolean, JsonTypes.Null])
        {
            var covered = type == JsonTypes.Integer && (types & JsonTypes.Number) != 0;
            if ((types & type) != 0 && !covered)
                names.Add(type switch { JsonTypes.Null => "null", JsonTypes.Boolean => "a boolean", JsonTypes.Object or JsonTypes.Array or JsonTypes.Integer => "an " + type.ToString().ToLowerInvariant(), _ => "a " + type.ToString().ToLowerInvariant() });
        }

        return string.Join(" or ", names);
    }
}
