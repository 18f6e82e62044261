using System.Text.Json;
using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Validation;

namespace Patchbay.Protocol.Envelope;

/// <summary>Reads the small objects inside a message that have rules of their own: <c>context</c>, and the data of an ack.</summary>
internal static class ContextReader
{
    private const int MaxDeadlineMs = 300_000;

    /// <summary>Null when the known members are right.</summary>
    public static ProtocolError? Check(ReadOnlyMemory<byte> context)
    {
        var reader = new Utf8JsonReader(context.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("traceparent"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                    return ProtocolError.Format("context.traceparent", "context.traceparent must be a string (W3C Trace Context).");
            }
            else if (reader.ValueTextEquals("deadline_ms"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || FieldRules.Integer(reader.ValueSpan) is not (> 0 and <= MaxDeadlineMs))
                    return ProtocolError.Format("context.deadline_ms", "context.deadline_ms must be an integer from 1 to 300000.");
            }
            else if (reader.ValueTextEquals("idempotency_key"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || reader.GetString()!.Length is not (> 0 and <= Names.MaxNameLength))
                    return ProtocolError.Format("context.idempotency_key", "context.idempotency_key must be a string of 1 to 128 characters.");
            }
            else
            {
                reader.Read();
            }

            reader.Skip();
        }

        return null;
    }

    /// <summary>The known members of a context that passed <see cref="Check"/>.</summary>
    public static RequestContext Read(ReadOnlyMemory<byte> context)
    {
        string? traceParent = null;
        int? deadline = null;
        string? idempotencyKey = null;
        var reader = new Utf8JsonReader(context.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("traceparent"u8))
            {
                reader.Read();
                traceParent = reader.GetString();
            }
            else if (reader.ValueTextEquals("deadline_ms"u8))
            {
                reader.Read();
                deadline = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("idempotency_key"u8))
            {
                reader.Read();
                idempotencyKey = reader.GetString();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return new RequestContext(traceParent, deadline, idempotencyKey);
    }

    /// <summary>The <c>seq</c> of an ack's data, or null when it is missing or no integer in range.</summary>
    public static long? AckSeq(ReadOnlyMemory<byte> data)
    {
        var reader = new Utf8JsonReader(data.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSeq = reader.ValueTextEquals("seq"u8);
            reader.Read();
            if (isSeq)
                return reader.TokenType == JsonTokenType.Number ? FieldRules.Integer(reader.ValueSpan) : null;
            reader.Skip();
        }

        return null;
    }
}
