using System.Text.Json;

namespace Patchbay.Client.Shell;

/// <summary>Where the outcome of one request goes.</summary>
internal abstract class Sink(Action<McpProgress>? onProgress)
{
    public Action<McpProgress>? OnProgress { get; } = onProgress;

    public abstract void Resolved(JsonElement result);

    public abstract void Failed(McpException error);

    /// <returns>True when there is no more room.</returns>
    public virtual bool Chunk(JsonElement chunk) => false;
}
