using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Patchbay.Tools.Schema;

/// <summary>Compiles JSON Schema 2020-12 (validation and applicator vocabularies; local references; annotations and <c>format</c> are not asserted).</summary>
internal sealed class SchemaCompiler(JsonElement root)
{
    // Patterns come with tools, but a gateway's tools come from others: a pattern must not run away.
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, SchemaNode> _references = [];

    public SchemaNode Compile() => Compile(root);

    private SchemaNode Compile(JsonElement schema)
    {
        if (schema.ValueKind is JsonValueKind.True)
            return SchemaNode.Anything;
        if (schema.ValueKind is JsonValueKind.False)
            return SchemaNode.Nothing;
        if (schema.ValueKind is not JsonValueKind.Object)
            throw new ArgumentException("A schema is an object or a boolean.");
        var node = new SchemaNode();
        Fill(node, schema);
        return node;
    }

    private void Fill(SchemaNode node, JsonElement schema)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var value = keyword.Value;
            switch (keyword.Name)
            {
                case "$ref":
                    node.Reference = Resolve(value.GetString()!);
                    break;
                case "type":
                    node.Types = value.ValueKind == JsonValueKind.Array
                        ? value.EnumerateArray().Aggregate(JsonTypes.None, (types, type) => types | TypeOf(type))
                        : TypeOf(value);
                    break;
                case "enum":
                    node.Enum = [.. value.EnumerateArray().Select(item => item.Clone())];
                    break;
                case "const":
                    node.Enum = [value.Clone()];
                    break;
                case "allOf":
                    node.AllOf = All(value);
                    break;
                case "anyOf":
                    node.AnyOf = All(value);
                    break;
                case "oneOf":
                    node.OneOf = All(value);
                    break;
                case "not":
                    node.Not = Compile(value);
                    break;
                case "if":
                    node.If = Compile(value);
                    break;
                case "then":
                    node.Then = Compile(value);
                    break;
                case "else":
                    node.Else = Compile(value);
                    break;
                default:
                    FillTyped(node, keyword.Name, value);
                    break;
            }
        }
    }

    private void FillTyped(SchemaNode node, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "properties":
                node.Properties = [.. value.EnumerateObject().Select(property => new SchemaProperty(property.Name, Encoding.UTF8.GetBytes(property.Name), Compile(property.Value)))];
                break;
            case "patternProperties":
                node.PatternProperties = [.. value.EnumerateObject().Select(property => (PatternOf(property.Name), Compile(property.Value)))];
                break;
            case "additionalProperties":
                node.AdditionalProperties = Compile(value);
                break;
            case "propertyNames":
                node.PropertyNames = Compile(value);
                break;
            case "required":
                node.Required = [.. value.EnumerateArray().Select(name => Encoding.UTF8.GetBytes(name.GetString()!))];
                break;
            case "minProperties":
                node.MinProperties = value.GetInt32();
                break;
            case "maxProperties":
                node.MaxProperties = value.GetInt32();
                break;
            case "prefixItems":
                node.PrefixItems = All(value);
                break;
            case "items":
                node.Items = Compile(value);
                break;
            case "minItems":
                node.MinItems = value.GetInt32();
                break;
            case "maxItems":
                node.MaxItems = value.GetInt32();
                break;
            case "uniqueItems":
                node.UniqueItems = value.GetBoolean();
                break;
            case "minLength":
                node.MinLength = value.GetInt32();
                break;
            case "maxLength":
                node.MaxLength = value.GetInt32();
                break;
            case "pattern":
                node.Pattern = PatternOf(value.GetString()!);
                break;
            case "minimum":
                node.Minimum = value.GetDouble();
                break;
            case "maximum":
                node.Maximum = value.GetDouble();
                break;
            case "exclusiveMinimum":
                node.ExclusiveMinimum = value.GetDouble();
                break;
            case "exclusiveMaximum":
                node.ExclusiveMaximum = value.GetDouble();
                break;
            case "multipleOf":
                node.MultipleOf = value.GetDouble();
                break;
        }
    }

    private SchemaNode[] All(JsonElement schemas) => [.. schemas.EnumerateArray().Select(Compile)];

    // Registered before it is filled, so that a schema may refer to itself.
    private SchemaNode Resolve(string reference)
    {
        if (_references.TryGetValue(reference, out var known))
            return known;
        if (!reference.StartsWith('#'))
            throw new ArgumentException($"Only references within the schema are followed, not {reference}.");
        var target = root;
        foreach (var segment in reference[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(segment).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var found = target.ValueKind == JsonValueKind.Array
                ? int.TryParse(name, out var index) && index < target.GetArrayLength() ? target[index] : (JsonElement?)null
                : target.TryGetProperty(name, out var member) ? member : null;
            target = found ?? throw new ArgumentException($"The reference {reference} leads nowhere.");
        }

        if (target.ValueKind is not JsonValueKind.Object)
            return Compile(target);
        var node = new SchemaNode();
        _references[reference] = node;
        Fill(node, target);
        return node;
    }

    private static Regex PatternOf(string pattern) => new(pattern, RegexOptions.CultureInvariant | RegexOptions.ECMAScript, PatternTimeout);

    private static JsonTypes TypeOf(JsonElement type) => type.GetString() switch
    {
        "object" => JsonTypes.Object,
        "array" => JsonTypes.Array,
        "string" => JsonTypes.String,
        "number" => JsonTypes.Number | JsonTypes.Integer,
        "integer" => JsonTypes.Integer,
        "boolean" => JsonTypes.Boolean,
        "null" => JsonTypes.Null,
        var other => throw new ArgumentException($"There is no JSON type {other}."),
    };
}
