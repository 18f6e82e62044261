namespace Patchbay.Tools.Schema;

/// <summary>One fault in a value.</summary>
/// <param name="Path">JSON Pointer (RFC 6901) of the faulty value; empty for the whole.</param>
/// <param name="Message">What would be right.</param>
public readonly record struct SchemaError(string Path, string Message);
