using System.Text.Json;
using Patchbay.Tools;

namespace Patchbay.Testing.Simulation;

/// <summary>
/// A tool that ends when the simulation says. One that promises to return at once is started where its request is handled, and then nothing stops it; any
/// other is started later, has its time, hears when it is cancelled, and may send chunks.
/// </summary>
internal sealed class SimTool(string name, bool isRepeatable, bool isInline) : ITool
{
    [ThreadStatic]
    private static World? _world;

    /// <summary>The world of the thread: catalog and methods are made once for all.</summary>
    public static World? World
    {
        set => _world = value;
    }

    public ToolDefinition Definition { get; } = new()
    {
        Name = name,
        Title = name,
        Description = "Ends when the simulation says.",
        InputSchema = JsonElement.Parse("""{"type":"object","properties":{"n":{"type":"string"},"ms":{"type":"integer"}},"required":["n"]}"""),
        Annotations = new ToolAnnotations(ReadOnly: isRepeatable),
        RunsInline = isInline,
        CanStream = !isInline,
    };

    public ValueTask<ToolResult> InvokeAsync(ReadOnlyMemory<byte> arguments, ToolContext context, CancellationToken cancellationToken)
    {
        using var parsed = JsonDocument.Parse(arguments);
        var identity = parsed.RootElement.GetProperty("n").GetString()!;
        var milliseconds = parsed.RootElement.TryGetProperty("ms", out var told) ? told.GetInt32() : 0;
        return new(_world!.Started(identity, isRepeatable, isInline, milliseconds, context, cancellationToken));
    }
}
