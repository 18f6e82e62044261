using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Errors;
using Patchbay.Transport;

namespace Patchbay.Client.Core;

/// <summary>Writes the members of a message that are its own, with one <see cref="Utf8JsonWriter"/> per thread.</summary>
internal static class FieldWriter
{
    // Messages travel in WebSocket frames, never inside HTML, so only what JSON itself demands is escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? _threadWriter;

    /// <summary>Writes one JSON object into a rented array.</summary>
    /// <exception cref="McpInvalidParamsException">What the user gave cannot be written as JSON.</exception>
    public static OutboundMessage Write<TState>(TState state, Action<Utf8JsonWriter, TState> members)
    {
        var output = new OutboundMessage();
        // A getter of the user's may call a tool itself: then the inner call has a writer of its own.
        var writer = _threadWriter ?? new Utf8JsonWriter(Stream.Null, Options);
        _threadWriter = null;
        writer.Reset(output);
        try
        {
            writer.WriteStartObject();
            members(writer, state);
            writer.WriteEndObject();
            writer.Flush();
            return output;
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            output.Release();
            throw McpErrors.Make(ErrorCodes.InvalidParams, $"The params cannot be sent as JSON: {fault.Message}", new JsonObject { ["source"] = "client" });
        }
        finally
        {
            writer.Reset(Stream.Null);
            _threadWriter = writer;
        }
    }

    /// <summary>Writes a value of the user's.</summary>
    public static void WriteValue(Utf8JsonWriter writer, object? value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case null:
                writer.WriteStartObject();
                writer.WriteEndObject();
                break;
            case JsonElement element:
                element.WriteTo(writer);
                break;
            case JsonNode node:
                node.WriteTo(writer);
                break;
            default:
                JsonSerializer.Serialize(writer, value, value.GetType(), options);
                break;
        }
    }

    /// <summary>The params of the user as an object, or null when they are none.</summary>
    public static JsonObject? ToObject(object? value, JsonSerializerOptions options)
    {
        var written = Write((value, options), static (writer, given) =>
        {
            writer.WritePropertyName("params"u8);
            WriteValue(writer, given.value, given.options);
        });
        var read = JsonNode.Parse(written.Bytes.Span)!["params"] as JsonObject;
        written.Release();
        return read;
    }
}
