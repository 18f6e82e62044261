using System.Text.Json;

namespace Patchbay.Server.Streaming;

/// <summary>The data of <c>tool.progress</c>.</summary>
internal readonly record struct Progress(string RequestId, double Value, double? Total, string? Message)
{
    public static void Write(Utf8JsonWriter writer, Progress progress)
    {
        writer.WriteStartObject();
        writer.WriteString("request_id", progress.RequestId);
        writer.WriteNumber("progress", progress.Value);
        if (progress.Total is { } total)
            writer.WriteNumber("total", total);
        if (progress.Message is not null)
            writer.WriteString("message", progress.Message);
        writer.WriteEndObject();
    }
}
