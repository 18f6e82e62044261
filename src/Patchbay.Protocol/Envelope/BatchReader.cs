using System.Text.Json;

namespace Patchbay.Protocol.Envelope;

/// <summary>Splits a text that has passed the check of form into its elements, in order.</summary>
public static class BatchReader
{
    /// <summary>The texts of the elements: one for an object, as many as there are for a batch.</summary>
    /// <param name="text">A text that has passed <see cref="Validation.JsonText.Check"/>.</param>
    /// <param name="elements">Filled from its start; must have room for the count the check told.</param>
    public static void Split(ReadOnlyMemory<byte> text, Span<ReadOnlyMemory<byte>> elements)
    {
        var reader = new Utf8JsonReader(text.Span);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            elements[0] = Value(text, ref reader);
            return;
        }

        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            elements[i] = Value(text, ref reader);
    }

    private static ReadOnlyMemory<byte> Value(ReadOnlyMemory<byte> text, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return text[start..(int)reader.BytesConsumed];
    }
}
