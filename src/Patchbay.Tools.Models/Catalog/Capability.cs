namespace Patchbay.Tools.Models.Catalog;

/// <summary>What a model can do.</summary>
internal static class Capability
{
    public const string Chat = "chat";
    public const string Embeddings = "embeddings";

    // Families whose names say that they embed; a compatible server's list says no more than the name.
    private static readonly string[] Embedders = ["embed", "bge-", "gte-", "e5-", "minilm", "mpnet"];

    /// <summary>Whether an upstream's model may be said to have it.</summary>
    public static bool IsOfUpstreams(string capability) => capability is Chat or Embeddings;

    /// <summary>A guess by the name.</summary>
    public static IReadOnlyList<string> Guess(string id) =>
        Embedders.Any(part => id.Contains(part, StringComparison.OrdinalIgnoreCase)) ? [Embeddings] : [Chat];
}
