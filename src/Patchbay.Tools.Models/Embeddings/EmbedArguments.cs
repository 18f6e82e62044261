using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Patchbay.Tools.Models.Chat;
using Patchbay.Tools.Models.Telemetry;

namespace Patchbay.Tools.Models.Embeddings;

/// <summary>Arguments of <c>models/embed</c>; <see cref="EmbedSchema"/> completes what takes more than one JSON type.</summary>
internal sealed record EmbedArguments(
    [property: Description("An id or alias of models/list, or provider/id."), StringLength(512, MinimumLength = 1)] string Model,
    [property: Description("A text, or up to 2048 texts.")] JsonElement Input,
    [property: Description("How many numbers a vector is to have, for models that can shorten theirs."), Range(1, 65_536)] int? Dimensions = null);

/// <summary>Result of <c>models/embed</c>.</summary>
internal sealed record EmbedResult(
    [property: Description("The model that answered, as models/list has it.")] string Model,
    [property: Description("The model server that answered.")] string Provider,
    [property: Description("A vector for each text, in their order.")] IReadOnlyList<float[]> Vectors,
    [property: Description("How many numbers each vector has.")] int Dimensions,
    [property: Description("Tokens as the provider counted them; null when it did not say.")] TokenUsage? Usage,
    [property: Description("How long it took.")] Timings Timings,
    [property: Description("The provider's name for the request, for its support."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ProviderRequestId = null);

/// <summary>Says in the schema of <see cref="EmbedArguments"/> what its types cannot.</summary>
internal static class EmbedSchema
{
    /// <summary>The most texts of one call.</summary>
    public const int MaxTexts = 2_048;

    public static JsonElement Complete(JsonElement schema)
    {
        var node = JsonNode.Parse(schema.GetRawText())!;
        node["properties"]!["input"] = JsonNode.Parse($$"""
            {
              "description": "A text, or up to {{MaxTexts}} texts.",
              "type": ["string", "array"],
              "minLength": 1,
              "items": { "type": "string", "minLength": 1 },
              "minItems": 1,
              "maxItems": {{MaxTexts}}
            }
            """);
        return JsonSerializer.SerializeToElement(node);
    }
}
