using System.Text.Json;
using Patchbay.Server.Telemetry;
using Patchbay.Tools;
using Patchbay.Tools.Schema;

namespace Patchbay.Server.Catalog;

/// <summary>A registered tool with everything that is made of its definition once.</summary>
internal sealed class CatalogEntry
{
    public CatalogEntry(ITool tool)
    {
        Tool = tool;
        Definition = tool.Definition;
        Schema = JsonSchema.Compile(Definition.InputSchema);
        Listing = Write(Definition);
    }

    public ITool Tool { get; }

    public ToolDefinition Definition { get; }

    public JsonSchema Schema { get; }

    /// <summary>Which of its executions are measured.</summary>
    public MeteringPace Pace { get; } = new();

    /// <summary>The tool as <c>tools/list</c> shows it, UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> Listing { get; }

    private static ReadOnlyMemory<byte> Write(ToolDefinition definition)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("name", definition.Name);
        writer.WriteString("title", definition.Title);
        writer.WriteString("description", definition.Description);
        writer.WritePropertyName("input_schema");
        definition.InputSchema.WriteTo(writer);
        if (definition.OutputSchema is { } output)
        {
            writer.WritePropertyName("output_schema");
            output.WriteTo(writer);
        }

        writer.WriteStartObject("annotations");
        writer.WriteBoolean("readOnlyHint", definition.Annotations.ReadOnly);
        writer.WriteBoolean("idempotentHint", definition.Annotations.Idempotent);
        writer.WriteBoolean("destructiveHint", definition.Annotations.Destructive);
        writer.WriteBoolean("longRunningHint", definition.Annotations.LongRunning);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory.ToArray();
    }
}
