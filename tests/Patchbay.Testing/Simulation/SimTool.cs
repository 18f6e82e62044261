using System.Text.Json;
using Patchbay.Tools;

namespace Patchbay.Testing.Simulation;

/// <summary>A tool that ends when the simulation says. It promises to return at once, and so is started where its request is handled.</summary>
internal sealed class SimTool(string name, bool isRepeatable) : ITool
{
    [ThreadStatic]
    private static World? _world;

    /// <summary>The world of the thread: catalog and methods are made once for all.</summary>
    public static World World
    {
        set => _world = value;
    }

    public ToolDefinition Definition { get; } = new()
    {
        Name = name,
        Title = name,
        Description = "Ends when the simulation says.",
        InputSchema = JsonElement.Parse("""{"type":"object","properties":{"n":{"type":"string"}},"required":["n"]}"""),
        Annotations = new ToolAnnotations(ReadOnly: isRepeatable),
        RunsInline = true,
    };

    public ValueTask<ToolResult> InvokeAsync(ReadOnlyMemory<byte> arguments, ToolContext context, CancellationToken cancellationToken)
    {
        using var parsed = JsonDocument.Parse(arguments);
        return new(_world!.Started(parsed.RootElement.GetProperty("n").GetString()!, isRepeatable, context));
    }
}
