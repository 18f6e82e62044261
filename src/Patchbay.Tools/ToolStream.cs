using System.Text.Json.Serialization.Metadata;

namespace Patchbay.Tools;

/// <summary>Sends the chunks of one call in order (<c>tool.chunk</c>, index from 0 without gaps).</summary>
public abstract class ToolStream
{
    /// <summary>Sends one chunk. Completes when there is room for the next: a slow reader slows the tool down. One at a time.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled, or its session is over.</exception>
    public abstract ValueTask WriteAsync<T>(T chunk, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken);

    /// <summary>Sends one chunk that is a JSON string.</summary>
    public abstract ValueTask WriteAsync(string chunk, CancellationToken cancellationToken);
}
