using System.Text.Json;
using System.Text.RegularExpressions;

namespace Patchbay.Tools.Schema;

/// <summary>The JSON types of a schema's <c>type</c>.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Object = 1,
    Array = 2,
    String = 4,
    Number = 8,
    Integer = 16,
    Boolean = 32,
    Null = 64,
}

/// <summary>A named property of an object schema.</summary>
internal sealed record SchemaProperty(string Name, byte[] Utf8Name, SchemaNode Schema);

/// <summary>One compiled schema. What is null or zero is not asked for.</summary>
internal sealed class SchemaNode
{
    public static readonly SchemaNode Anything = new();
    public static readonly SchemaNode Nothing = new() { IsFalse = true };

    public bool IsFalse { get; init; }

    public JsonTypes Types { get; set; }

    public SchemaProperty[] Properties { get; set; } = [];

    public (Regex Pattern, SchemaNode Schema)[] PatternProperties { get; set; } = [];

    public SchemaNode? AdditionalProperties { get; set; }

    public SchemaNode? PropertyNames { get; set; }

    public byte[][] Required { get; set; } = [];

    public int MinProperties { get; set; }

    public int? MaxProperties { get; set; }

    public SchemaNode[] PrefixItems { get; set; } = [];

    public SchemaNode? Items { get; set; }

    public int MinItems { get; set; }

    public int? MaxItems { get; set; }

    public bool UniqueItems { get; set; }

    public int MinLength { get; set; }

    public int? MaxLength { get; set; }

    public Regex? Pattern { get; set; }

    public double? Minimum { get; set; }

    public double? Maximum { get; set; }

    public double? ExclusiveMinimum { get; set; }

    public double? ExclusiveMaximum { get; set; }

    public double? MultipleOf { get; set; }

    public JsonElement[]? Enum { get; set; }

    public SchemaNode[] AllOf { get; set; } = [];

    public SchemaNode[] AnyOf { get; set; } = [];

    public SchemaNode[] OneOf { get; set; } = [];

    public SchemaNode? Not { get; set; }

    public SchemaNode? If { get; set; }

    public SchemaNode? Then { get; set; }

    public SchemaNode? Else { get; set; }

    /// <summary>The target of a <c>$ref</c>.</summary>
    public SchemaNode? Reference { get; set; }

    /// <summary>Whether anything must be looked at again from the value's start, beside the one pass.</summary>
    public bool HasCombinators =>
        AllOf.Length > 0 || AnyOf.Length > 0 || OneOf.Length > 0 || Not is not null || If is not null || Reference is not null || Enum is not null || UniqueItems;

    /// <summary>Whether members of an object have to be looked at one by one.</summary>
    public bool LooksAtMembers =>
        Properties.Length > 0 || PatternProperties.Length > 0 || AdditionalProperties is not null || PropertyNames is not null
        || Required.Length > 0 || MinProperties > 0 || MaxProperties is not null;

    /// <summary>Whether elements of an array have to be looked at one by one.</summary>
    public bool LooksAtItems => PrefixItems.Length > 0 || Items is not null || MinItems > 0 || MaxItems is not null;
}
