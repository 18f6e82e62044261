using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Patchbay.Client.Core;

/// <summary>One value inside a text that was read, as it stands there; empty when it was absent.</summary>
internal readonly ref struct JsonSlice(ReadOnlySpan<byte> text, JsonTokenType type)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>The type of its first token; <see cref="JsonTokenType.None"/> when it was absent.</summary>
    public JsonTokenType Type { get; } = type;

    public bool IsString => Type == JsonTokenType.String;

    public bool IsAbsent => Type == JsonTokenType.None;

    /// <summary>The text of a string without escapes, compared with a literal.</summary>
    public bool Is(ReadOnlySpan<byte> literal) => IsString && Text[1..^1].SequenceEqual(literal);

    public string? AsString()
    {
        if (!IsString)
            return null;
        var reader = new Utf8JsonReader(Text);
        reader.Read();
        return reader.GetString();
    }

    /// <summary>A whole number from 0 on, or -1.</summary>
    public long AsCount() => Type == JsonTokenType.Number && Utf8Parser.TryParse(Text, out long count, out var read) && read == Text.Length ? count : -1;

    /// <summary>The number of a message id of ours, <c>req-N</c>, or 0.</summary>
    public long AsRequestNumber() =>
        IsString && Text.StartsWith("\"req-"u8) && Utf8Parser.TryParse(Text[5..^1], out long number, out var read) && read == Text.Length - 6 ? number : 0;

    /// <summary>An object of its own, empty when it is none.</summary>
    /// <exception cref="JsonException">A name stands twice.</exception>
    public JsonObject AsObject() => Type == JsonTokenType.StartObject ? JsonNode.Parse(Text, documentOptions: Strict)!.AsObject() : [];
}
