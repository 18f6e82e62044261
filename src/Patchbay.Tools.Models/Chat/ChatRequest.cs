using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Patchbay.Tools.Models.Catalog;

namespace Patchbay.Tools.Models.Chat;

/// <summary>Writes the request for a chat completion. It is always a stream: so the first word is seen when it comes, and a dead server is told from a slow one.</summary>
internal static class ChatRequest
{
    // It is a body of JSON and never stands in a page: no need to write every umlaut as six characters.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(ChatArguments arguments, ModelEntry model)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Plain);
        writer.WriteStartObject();
        writer.WriteString("model", model.Id);
        writer.WriteStartArray("messages");
        foreach (var turn in arguments.Messages)
            Write(writer, turn);
        writer.WriteEndArray();
        WriteOptions(writer, arguments, model.Upstream.Options.MaxTokensField);
        writer.WriteBoolean("stream", true);
        if (model.Upstream.Options.StreamUsage)
        {
            writer.WriteStartObject("stream_options");
            writer.WriteBoolean("include_usage", true);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteOptions(Utf8JsonWriter writer, ChatArguments arguments, string maxTokensField)
    {
        if (arguments.MaxTokens is { } tokens)
            writer.WriteNumber(maxTokensField, tokens);
        if (arguments.Temperature is { } temperature)
            writer.WriteNumber("temperature", temperature);
        if (arguments.TopP is { } share)
            writer.WriteNumber("top_p", share);
        if (arguments.Seed is { } seed)
            writer.WriteNumber("seed", seed);
        Write(writer, "stop", arguments.Stop);
        Write(writer, "tools", arguments.Tools);
        Write(writer, "tool_choice", arguments.ToolChoice);
        Write(writer, "response_format", arguments.ResponseFormat);
    }

    private static void Write(Utf8JsonWriter writer, ChatTurn turn)
    {
        writer.WriteStartObject();
        writer.WriteString("role", turn.Role);
        if (turn.Content is { ValueKind: not JsonValueKind.Null } content)
        {
            writer.WritePropertyName("content");
            content.WriteTo(writer);
        }
        else
        {
            writer.WriteNull("content");
        }

        if (turn.Name is not null)
            writer.WriteString("name", turn.Name);
        if (turn.ToolCallId is not null)
            writer.WriteString("tool_call_id", turn.ToolCallId);
        Write(writer, "tool_calls", turn.ToolCalls);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonElement? value)
    {
        if (value is not { ValueKind: not JsonValueKind.Null } known)
            return;
        writer.WritePropertyName(name);
        known.WriteTo(writer);
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<JsonElement>? values)
    {
        if (values is not { Count: > 0 })
            return;
        writer.WriteStartArray(name);
        foreach (var value in values)
            value.WriteTo(writer);
        writer.WriteEndArray();
    }
}
