using System.Text.Json;

namespace Patchbay.Tools.Debug;

/// <summary>What the debug tools' definitions share.</summary>
internal static class DebugTool
{
    /// <summary>A read-only, idempotent tool.</summary>
    public static ToolDefinition Define(string name, string title, string description, JsonElement input, JsonElement output) => new()
    {
        Name = name,
        Title = title,
        Description = description,
        InputSchema = input,
        OutputSchema = output,
        Annotations = new ToolAnnotations(ReadOnly: true, Idempotent: true),
    };
}
