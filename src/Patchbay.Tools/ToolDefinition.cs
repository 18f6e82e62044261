using System.Text.Json;

namespace Patchbay.Tools;

/// <summary>What a client may assume of a tool; the hints of the Model Context Protocol under the same names.</summary>
/// <param name="ReadOnly">Changes nothing. Such a call may be repeated after a crash.</param>
/// <param name="Idempotent">Repeating it with the same arguments changes nothing more.</param>
/// <param name="Destructive">May remove or overwrite something.</param>
/// <param name="LongRunning">Usually takes longer than a few seconds.</param>
public readonly record struct ToolAnnotations(bool ReadOnly = false, bool Idempotent = false, bool Destructive = false, bool LongRunning = false)
{
    /// <summary>Whether an execution that was cut off may be run again without asking.</summary>
    public bool Repeatable => ReadOnly || Idempotent;
}

/// <summary>Name, schemas, annotations and limits of a tool.</summary>
public sealed record ToolDefinition
{
    /// <summary>1 to 128 characters, by custom <c>area/verb</c>, for example <c>system/performance</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A short name for people.</summary>
    public required string Title { get; init; }

    /// <summary>What it does, for people and models.</summary>
    public required string Description { get; init; }

    /// <summary>JSON Schema 2020-12 of the arguments, of type <c>object</c>.</summary>
    public required JsonElement InputSchema { get; init; }

    /// <summary>JSON Schema 2020-12 of the result, or null when it is not declared.</summary>
    public JsonElement? OutputSchema { get; init; }

    /// <summary>What a client may assume.</summary>
    public ToolAnnotations Annotations { get; init; }

    /// <summary>The longest a call may take when the client names no <c>timeout_ms</c>.</summary>
    /// <value>The default is null: the server's default of 30 seconds.</value>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The scope that opens this tool beside <c>tools:call:&lt;glob&gt;</c>, for example <c>audio</c>; null when there is none.</summary>
    public string? Scope { get; init; }

    /// <summary>Whether the tool sends chunks when <c>stream</c> is true.</summary>
    public bool CanStream { get; init; }

    /// <summary>
    /// Whether the tool always returns within microseconds and never blocks, so that it may run where the message was received.
    /// </summary>
    /// <value>The default is false: calls run on the thread pool and a slow one delays nobody.</value>
    public bool RunsInline { get; init; }
}
