namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>Attributes as a JSON object in UTF-8, and apart the texts of those that have a meaning to the mapping.</summary>
internal sealed class OtlpAttributes(ReadOnlyMemory<byte> json, string?[]? known)
{
    public static readonly OtlpAttributes None = new(default, null);

    public ReadOnlyMemory<byte> Json => json;

    /// <summary>The text of an attribute by its slot in <see cref="KnownAttributes"/>.</summary>
    public string? this[int slot] => known?[slot];
}
