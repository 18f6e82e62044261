using System.Text.Json;

namespace Patchbay.Tools.Debug;

/// <summary><c>debug/echo</c>: returns its arguments as they came.</summary>
internal sealed class EchoTool : ITool
{
    public ToolDefinition Definition { get; } = new()
    {
        Name = "debug/echo",
        Title = "Echo",
        Description = "Returns its arguments.",
        InputSchema = JsonElement.Parse("""{ "type": "object" }"""),
        OutputSchema = JsonElement.Parse("""{ "type": "object" }"""),
        Annotations = new ToolAnnotations(ReadOnly: true, Idempotent: true),
        RunsInline = true,
    };

    public ValueTask<ToolResult> InvokeAsync(ReadOnlyMemory<byte> arguments, ToolContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ToolResult.FromJson(arguments));
}
