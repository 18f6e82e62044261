namespace Patchbay.Protocol.Validation;

/// <summary>What a text that passed is.</summary>
/// <param name="IsBatch">An array of messages; else one object.</param>
/// <param name="Count">How many elements the batch has; 1 for an object.</param>
/// <param name="Start">Where the object begins in the text, behind white space; 0 for a batch.</param>
/// <param name="Length">How many bytes the object has; 0 for a batch.</param>
public readonly record struct JsonShape(bool IsBatch, int Count, int Start, int Length)
{
    /// <summary>A text that is one object.</summary>
    internal static JsonShape Object(int start, int length) => new(false, 1, start, length);

    /// <summary>A text that is an array.</summary>
    internal static JsonShape Batch(int count) => new(true, count, 0, 0);
}
