using Patchbay.Protocol.Validation;

namespace Patchbay.Protocol.Envelope;

/// <summary>Splits a text that has passed the check of form into its elements, in order.</summary>
public static class BatchReader
{
    /// <summary>The texts of the elements, without the white space around them: one for an object, as many as there are for a batch.</summary>
    /// <param name="text">A text that has passed <see cref="JsonText.Check"/>.</param>
    /// <param name="shape">What the check told of it.</param>
    /// <param name="elements">Filled from its start; must have room for the count the check told.</param>
    public static void Split(ReadOnlyMemory<byte> text, in JsonShape shape, Span<ReadOnlyMemory<byte>> elements)
    {
        if (!shape.IsBatch)
        {
            elements[0] = text.Slice(shape.Start, shape.Length);
            return;
        }

        var span = text.Span;
        var at = JsonBytes.SkipSpace(span, 0);
        for (var i = 0; i < shape.Count; i++)
        {
            // Behind the opening bracket, or a comma.
            var start = JsonBytes.SkipSpace(span, at + 1);
            var end = JsonBytes.EndOfValue(span, start, out _);
            elements[i] = text[start..end];
            at = JsonBytes.SkipSpace(span, end);
        }
    }
}
