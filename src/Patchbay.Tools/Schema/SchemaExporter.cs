using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Patchbay.Tools.Schema;

/// <summary>Makes JSON Schema 2020-12 from a type and the annotations on its members.</summary>
public static class SchemaExporter
{
    private static readonly JsonSchemaExporterOptions Options = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Annotate };

    /// <summary>The schema of a type under its contract.</summary>
    public static JsonElement Export(JsonTypeInfo typeInfo)
    {
        var schema = typeInfo.GetJsonSchemaAsNode(Options);
        return JsonSerializer.SerializeToElement(schema);
    }

    private static JsonNode Annotate(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject node)
            return schema;
        var member = context.PropertyInfo?.AttributeProvider;
        // A parameter of a record's primary constructor carries the attribute on the parameter unless told otherwise.
        var parameter = context.PropertyInfo?.AssociatedParameter?.AttributeProvider;
        foreach (var attribute in Attributes(member).Concat(Attributes(parameter)).Concat(member is null ? Attributes(context.TypeInfo.Type) : []))
            Apply(attribute, node);
        return node;
    }

    private static IEnumerable<Attribute> Attributes(ICustomAttributeProvider? provider) =>
        provider?.GetCustomAttributes(inherit: true).Cast<Attribute>() ?? [];

    private static void Apply(Attribute attribute, JsonObject node)
    {
        switch (attribute)
        {
            case DescriptionAttribute description:
                // Description first, where people look for it.
                node.Remove("description");
                node.Insert(0, "description", description.Description);
                break;
            case RangeAttribute range:
                node["minimum"] = JsonValue.Create(Convert.ToDouble(range.Minimum, System.Globalization.CultureInfo.InvariantCulture));
                node["maximum"] = JsonValue.Create(Convert.ToDouble(range.Maximum, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case StringLengthAttribute length:
                if (length.MinimumLength > 0)
                    node["minLength"] = length.MinimumLength;
                node["maxLength"] = length.MaximumLength;
                break;
            case LengthAttribute length:
                var isArray = node["items"] is not null;
                node[isArray ? "minItems" : "minLength"] = length.MinimumLength;
                node[isArray ? "maxItems" : "maxLength"] = length.MaximumLength;
                break;
            case RegularExpressionAttribute pattern:
                node["pattern"] = pattern.Pattern;
                break;
            case AllowedValuesAttribute allowed:
                (node["items"] as JsonObject ?? node)["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonSerializer.SerializeToNode(value))]);
                break;
        }
    }
}
