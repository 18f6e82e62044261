using System.Buffers;
using System.Text.Json;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;

namespace Patchbay.Protocol.Compact;

/// <summary>Writes the answers of the compact dialect.</summary>
public static class CompactWriter
{
    /// <summary>Writes <c>{"id","result"}</c>.</summary>
    public static void Response<TState>(IBufferWriter<byte> output, string requestId, TState state, Action<Utf8JsonWriter, TState> result)
    {
        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        writer.WriteString("id"u8, requestId);
        writer.WritePropertyName("result"u8);
        result(writer, state);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    /// <summary>Writes <c>{"id","error":{"code","message","details"}}</c>; the id is null when unknown.</summary>
    public static void Error(IBufferWriter<byte> output, string? requestId, ProtocolError error)
    {
        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        writer.WriteString("id", requestId);
        writer.WriteStartObject("error");
        writer.WriteString("code", error.Code.Name);
        writer.WriteString("message", error.Message);
        writer.WritePropertyName("details");
        EnvelopeWriter.WriteDetails(writer, error);
        writer.WriteEndObject();
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }
}
