using System.Text.Json;

namespace Patchbay.Tools.Schema;

/// <summary>A compiled JSON Schema 2020-12, to check values against. Safe to use from many threads.</summary>
public sealed class JsonSchema
{
    /// <summary>The most faults that are listed for one value.</summary>
    public const int MaxErrors = 50;

    private readonly SchemaNode _root;

    private JsonSchema(SchemaNode root) => _root = root;

    /// <summary>Compiles a schema.</summary>
    /// <exception cref="ArgumentException">The schema is not valid, or refers outside itself.</exception>
    public static JsonSchema Compile(JsonElement schema) => new(new SchemaCompiler(schema).Compile());

    /// <summary>Checks a value in one pass over its bytes.</summary>
    /// <param name="json">A complete, valid JSON value in UTF-8.</param>
    /// <returns>Every fault, at most <see cref="MaxErrors"/>; null when there is none.</returns>
    public IReadOnlyList<SchemaError>? Check(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var check = new SchemaCheck(json);
        check.Value(ref reader, _root);
        return check.Errors;
    }
}
