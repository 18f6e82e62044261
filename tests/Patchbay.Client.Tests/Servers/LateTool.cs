using System.Text.Json;
using Patchbay.Tools;

namespace Patchbay.Client.Tests.Servers;

/// <summary>A tool that comes while the server runs.</summary>
internal sealed class LateTool : ITool
{
    public ToolDefinition Definition { get; } = new()
    {
        Name = "test/late",
        Title = "Late",
        Description = "Came late.",
        InputSchema = JsonElement.Parse("""{ "type": "object" }"""),
    };

    public ValueTask<ToolResult> InvokeAsync(ReadOnlyMemory<byte> arguments, ToolContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ToolResult.FromJson(arguments));
}
