using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Patchbay.Protocol.Errors;

namespace Patchbay.Protocol.Envelope;

/// <summary>Writes envelopes as UTF-8. A message's id is its type's prefix and a number the caller counts.</summary>
public static class EnvelopeWriter
{
    private static readonly JsonEncodedText ProtocolVersionName = JsonEncodedText.Encode("protocol_version");
    private static readonly JsonEncodedText MessageTypeName = JsonEncodedText.Encode("message_type");
    private static readonly JsonEncodedText MessageIdName = JsonEncodedText.Encode("message_id");
    private static readonly JsonEncodedText RequestIdName = JsonEncodedText.Encode("request_id");
    private static readonly JsonEncodedText ResultName = JsonEncodedText.Encode("result");
    private static readonly JsonEncodedText MetricsName = JsonEncodedText.Encode("metrics");
    private static readonly JsonEncodedText DurationName = JsonEncodedText.Encode("duration_ms");
    private static readonly JsonEncodedText ExecutionName = JsonEncodedText.Encode("execution_ms");
    private static readonly JsonEncodedText QueueName = JsonEncodedText.Encode("queue_ms");
    private static readonly JsonEncodedText Version = JsonEncodedText.Encode(EnvelopeReader.ProtocolVersion);
    private static readonly JsonEncodedText ResponseType = JsonEncodedText.Encode("response");
    private static readonly JsonEncodedText ErrorType = JsonEncodedText.Encode("error");
    private static readonly JsonEncodedText EventType = JsonEncodedText.Encode("event");
    private static readonly JsonEncodedText DiagnosticType = JsonEncodedText.Encode("diagnostic");
    private static readonly JsonEncodedText HeartbeatType = JsonEncodedText.Encode("heartbeat");

    /// <summary>Writes a response.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="number">The message's number; the id is <c>resp-number</c>.</param>
    /// <param name="requestId">The request it answers.</param>
    /// <param name="state">Handed to <paramref name="result"/>.</param>
    /// <param name="result">Writes the result, one JSON object.</param>
    /// <param name="metrics">How long it took.</param>
    public static void Response<TState>(
        IBufferWriter<byte> output, long number, string requestId, TState state, Action<Utf8JsonWriter, TState> result, in ResponseMetrics metrics)
    {
        var writer = JsonWriterCache.Rent(output);
        Begin(writer, ResponseType, "resp-"u8, number);
        writer.WriteString(RequestIdName, requestId);
        writer.WritePropertyName(ResultName);
        result(writer, state);
        writer.WriteStartObject(MetricsName);
        writer.WriteNumber(DurationName, Milliseconds.Of(metrics.DurationMs));
        writer.WriteNumber(ExecutionName, Milliseconds.Of(metrics.ExecutionMs));
        writer.WriteNumber(QueueName, Milliseconds.Of(metrics.QueueMs));
        writer.WriteEndObject();
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    /// <summary>Writes an error; <c>details.retryable</c> is added.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="number">The message's number; the id is <c>err-number</c>.</param>
    /// <param name="requestId">The request it answers, or null when unknown.</param>
    /// <param name="error">What is wrong.</param>
    public static void Error(IBufferWriter<byte> output, long number, string? requestId, ProtocolError error)
    {
        var writer = JsonWriterCache.Rent(output);
        Begin(writer, ErrorType, "err-"u8, number);
        writer.WriteString("error_code", error.Code.Name);
        writer.WriteString("error_message", error.Message);
        writer.WritePropertyName("details");
        WriteDetails(writer, error);
        writer.WriteString("request_id", requestId);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    /// <summary>Writes an event.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="number">The message's number; the id is <c>evt-number</c>.</param>
    /// <param name="eventType">For example <c>status_update</c>.</param>
    /// <param name="source">Where it comes from.</param>
    /// <param name="state">Handed to <paramref name="data"/>.</param>
    /// <param name="data">Writes the data, one JSON object.</param>
    public static void Event<TState>(
        IBufferWriter<byte> output, long number, string eventType, string source, TState state, Action<Utf8JsonWriter, TState> data)
    {
        var writer = JsonWriterCache.Rent(output);
        Begin(writer, EventType, "evt-"u8, number);
        writer.WriteString("event_type", eventType);
        writer.WriteString("source", source);
        writer.WritePropertyName("data");
        data(writer, state);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    /// <summary>Writes a diagnostic.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="number">The message's number; the id is <c>diag-number</c>.</param>
    /// <param name="level">How grave it is.</param>
    /// <param name="component">What it is about.</param>
    /// <param name="message">A line for people.</param>
    /// <param name="details">A JSON object, or null.</param>
    public static void Diagnostic(
        IBufferWriter<byte> output, long number, DiagnosticLevel level, string component, string message, System.Text.Json.Nodes.JsonObject? details)
    {
        var writer = JsonWriterCache.Rent(output);
        Begin(writer, DiagnosticType, "diag-"u8, number);
        writer.WriteString("level", LevelName(level));
        writer.WriteString("component", component);
        writer.WriteString("message", message);
        if (details is not null)
        {
            writer.WritePropertyName("details");
            details.WriteTo(writer);
        }

        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    /// <summary>Writes a heartbeat.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="number">The message's number; the id is <c>hb-number</c>.</param>
    /// <param name="clientId">The client of the connection.</param>
    /// <param name="uptime">Seconds the sender has been up.</param>
    /// <param name="echo">The id of the heartbeat that is answered, or null.</param>
    public static void Heartbeat(IBufferWriter<byte> output, long number, string clientId, double uptime, string? echo)
    {
        var writer = JsonWriterCache.Rent(output);
        Begin(writer, HeartbeatType, "hb-"u8, number);
        writer.WriteString("client_id", clientId);
        writer.WriteNumber("uptime", Math.Round(uptime, 3));
        if (echo is not null)
        {
            writer.WriteStartObject("metrics");
            writer.WriteString("echo", echo);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    /// <summary>The name of a level on the wire.</summary>
    public static string LevelName(DiagnosticLevel level) => level switch
    {
        DiagnosticLevel.Debug => "debug",
        DiagnosticLevel.Info => "info",
        DiagnosticLevel.Warning => "warning",
        DiagnosticLevel.Error => "error",
        _ => "critical",
    };

    /// <summary>Writes <c>details</c> with <c>retryable</c>, unless the error brings its own.</summary>
    internal static void WriteDetails(Utf8JsonWriter writer, ProtocolError error)
    {
        writer.WriteStartObject();
        if (error.Details is { } details)
        {
            foreach (var (name, value) in details)
            {
                writer.WritePropertyName(name);
                if (value is null)
                    writer.WriteNullValue();
                else
                    value.WriteTo(writer);
            }
        }

        if (error.Details?.ContainsKey("retryable") != true)
            writer.WriteBoolean("retryable", error.Code.Retryable);
        writer.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter writer, JsonEncodedText type, ReadOnlySpan<byte> prefix, long number)
    {
        Span<byte> id = stackalloc byte[32];
        prefix.CopyTo(id);
        Utf8Formatter.TryFormat(number, id[prefix.Length..], out var digits);
        writer.WriteStartObject();
        writer.WriteString(ProtocolVersionName, Version);
        writer.WriteString(MessageTypeName, type);
        writer.WriteString(MessageIdName, id[..(prefix.Length + digits)]);
    }
}
