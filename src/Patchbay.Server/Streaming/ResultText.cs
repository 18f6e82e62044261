using System.Buffers;
using System.Text.Json;
using Patchbay.Tools;

namespace Patchbay.Server.Streaming;

/// <summary>A result as the store keeps it: JSON in an array of its own.</summary>
internal static class ResultText
{
    private const int MostKept = 1 << 20;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public static byte[] Of(ToolResult result, int? chunks)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>();
        var writer = _writer ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        ResultWriter.Write(writer, result, chunks);
        writer.Flush();
        var text = buffer.WrittenSpan.ToArray();
        if (text.Length > MostKept)
            (_buffer, _writer) = (null, null);
        return text;
    }
}
