using System.Collections.Concurrent;
using System.Text.Json;
using Patchbay.Tools;

namespace Patchbay.Client.Tests.Servers;

/// <summary>Notes each run; neither read-only nor idempotent.</summary>
internal sealed class AppendOnce : ITool
{
    public ConcurrentBag<string> Lines { get; } = [];

    public ToolDefinition Definition { get; } = new()
    {
        Name = "test/append",
        Title = "Append",
        Description = "Notes a line.",
        InputSchema = JsonElement.Parse("""{ "type": "object" }"""),
    };

    public ValueTask<ToolResult> InvokeAsync(ReadOnlyMemory<byte> arguments, ToolContext context, CancellationToken cancellationToken)
    {
        Lines.Add(JsonElement.Parse(arguments.Span).GetProperty("line").GetString()!);
        return ValueTask.FromResult(ToolResult.FromJson(arguments));
    }
}
