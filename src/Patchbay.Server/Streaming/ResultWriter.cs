using System.Buffers;
using System.Text.Json;
using Patchbay.Tools;

namespace Patchbay.Server.Streaming;

/// <summary>Writes a result; that of a streamed call gets the number of its chunks.</summary>
internal static class ResultWriter
{
    public static void Write(Utf8JsonWriter writer, ToolResult result, int? chunks)
    {
        if (chunks is not { } count)
        {
            result.WriteTo(writer);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var inner = new Utf8JsonWriter(buffer))
            result.WriteTo(inner);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        writer.WriteStartObject();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (!member.NameEquals("chunks"u8))
                member.WriteTo(writer);
        }

        writer.WriteNumber("chunks", count);
        writer.WriteEndObject();
    }
}
