using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>Reads an ExportTraceServiceRequest in protobuf. The field numbers are those of opentelemetry-proto, trace/v1/trace.proto and common/v1/common.proto.</summary>
internal sealed class ProtobufTraceDecoder(KnownAttributes known) : IDisposable
{
    /// <summary>How deep values may lie in each other; deeper ones become null.</summary>
    private const int MaxDepth = 16;

    private readonly AttributeCollector _collector = new(known);
    private readonly List<OtlpSpan> _spans = [];

    /// <summary>The spans of a request, or null when it is not one.</summary>
    public List<OtlpSpan>? Decode(ReadOnlySpan<byte> request)
    {
        _spans.Clear();
        var reader = new ProtobufReader(request);
        while (reader.Next())
        {
            if (reader is { Field: 1, Wire: WireType.Bytes })
                Check(ref reader, ResourceSpans(reader.Bytes()));
            else
                reader.Skip();
        }

        return reader.HasFailed ? null : _spans;
    }

    public void Dispose() => _collector.Dispose();

    private bool ResourceSpans(ReadOnlySpan<byte> message)
    {
        var resource = new OtlpResource();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when reader.Wire == WireType.Bytes:
                    Check(ref reader, Resource(reader.Bytes(), resource));
                    break;
                case 2 when reader.Wire == WireType.Bytes:
                    Check(ref reader, ScopeSpans(reader.Bytes(), resource));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return !reader.HasFailed;
    }

    private bool Resource(ReadOnlySpan<byte> message, OtlpResource resource)
    {
        _collector.Begin();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader is { Field: 1, Wire: WireType.Bytes })
                Check(ref reader, Attribute(reader.Bytes()));
            else
                reader.Skip();
        }

        resource.Attributes = _collector.End();
        return !reader.HasFailed;
    }

    private bool ScopeSpans(ReadOnlySpan<byte> message, OtlpResource resource)
    {
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader is { Field: 2, Wire: WireType.Bytes })
                Check(ref reader, Span(reader.Bytes(), resource));
            else
                reader.Skip();
        }

        return !reader.HasFailed;
    }

    private bool Span(ReadOnlySpan<byte> message, OtlpResource resource)
    {
        var span = new OtlpSpan { Resource = resource };
        _spans.Add(span);
        _collector.Begin();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field, reader.Wire)
            {
                case (1, WireType.Bytes):
                    span.TraceId = SpanIds.Trace(reader.Bytes());
                    break;
                case (2, WireType.Bytes):
                    span.SpanId = SpanIds.Span(reader.Bytes());
                    break;
                case (4, WireType.Bytes):
                    SpanIds.Parent(span, reader.Bytes());
                    break;
                case (5, WireType.Bytes):
                    span.Name = _collector.Texts.Get(reader.Bytes());
                    break;
                case (6, WireType.Varint):
                    span.Kind = (int)reader.Varint();
                    break;
                case (7, WireType.Fixed64):
                    span.Start = reader.Fixed64();
                    break;
                case (8, WireType.Fixed64):
                    span.End = reader.Fixed64();
                    break;
                case (9, WireType.Bytes):
                    Check(ref reader, Attribute(reader.Bytes()));
                    break;
                case (11, WireType.Bytes):
                    Check(ref reader, Event(reader.Bytes(), span));
                    break;
                case (15, WireType.Bytes):
                    Check(ref reader, Status(reader.Bytes(), span));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        span.Attributes = _collector.End();
        return !reader.HasFailed;
    }

    private static bool Status(ReadOnlySpan<byte> message, OtlpSpan span)
    {
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field, reader.Wire)
            {
                case (2, WireType.Bytes):
                    span.StatusMessage = Encoding.UTF8.GetString(reader.Bytes());
                    break;
                case (3, WireType.Varint):
                    span.StatusCode = (int)reader.Varint();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return !reader.HasFailed;
    }

    /// <summary>Of events only exceptions are looked at: they say what a failed span failed of.</summary>
    private static bool Event(ReadOnlySpan<byte> message, OtlpSpan span)
    {
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader is not { Field: 3, Wire: WireType.Bytes })
            {
                reader.Skip();
                continue;
            }

            if (!KeyValue(reader.Bytes(), out var key, out var value))
            {
                reader.Fail();
                continue;
            }

            if (key.SequenceEqual("exception.type"u8))
                span.ExceptionType = Text(value) ?? span.ExceptionType;
            else if (key.SequenceEqual("exception.message"u8))
                span.ExceptionMessage = Text(value) ?? span.ExceptionMessage;
        }

        return !reader.HasFailed;
    }

    private bool Attribute(ReadOnlySpan<byte> message)
    {
        if (!KeyValue(message, out var key, out var value))
            return false;
        if (!_collector.TryKey(key, value.Length))
            return true;
        return Value(value, key, depth: 0);
    }

    private static bool KeyValue(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = value = default;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader is { Field: 1, Wire: WireType.Bytes })
                key = reader.Bytes();
            else if (reader is { Field: 2, Wire: WireType.Bytes })
                value = reader.Bytes();
            else
                reader.Skip();
        }

        return !reader.HasFailed;
    }

    /// <summary>The text of a value that is a string, else null.</summary>
    private static string? Text(ReadOnlySpan<byte> value)
    {
        var reader = new ProtobufReader(value);
        string? text = null;
        while (reader.Next())
        {
            if (reader is { Field: 1, Wire: WireType.Bytes })
                text = Encoding.UTF8.GetString(reader.Bytes());
            else
                reader.Skip();
        }

        return text;
    }

    /// <summary>Writes an AnyValue. A key is given for a direct attribute, so that its text can be remembered.</summary>
    private bool Value(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key, int depth)
    {
        var writer = _collector.Writer;
        var reader = new ProtobufReader(value);
        var written = false;
        while (reader.Next())
        {
            // A oneof that is written twice counts as its last value; the first is kept here, for it is on paper already.
            if (written || depth > MaxDepth)
            {
                reader.Skip();
                continue;
            }

            written = true;
            switch (reader.Field, reader.Wire)
            {
                case (1, WireType.Bytes):
                    var text = reader.Bytes();
                    writer.WriteStringValue(text);
                    _collector.Capture(key, text);
                    break;
                case (2, WireType.Varint):
                    writer.WriteBooleanValue(reader.Varint() != 0);
                    break;
                case (3, WireType.Varint):
                    Integer((long)reader.Varint(), key);
                    break;
                case (4, WireType.Fixed64):
                    WriteDouble(BitConverter.UInt64BitsToDouble(reader.Fixed64()));
                    break;
                case (5, WireType.Bytes):
                    writer.WriteStartArray();
                    Check(ref reader, Array(reader.Bytes(), depth));
                    writer.WriteEndArray();
                    break;
                case (6, WireType.Bytes):
                    writer.WriteStartObject();
                    Check(ref reader, KeyValues(reader.Bytes(), depth));
                    writer.WriteEndObject();
                    break;
                case (7, WireType.Bytes):
                    writer.WriteBase64StringValue(reader.Bytes());
                    break;
                default:
                    written = false;
                    reader.Skip();
                    break;
            }
        }

        if (!written)
            writer.WriteNullValue();
        return !reader.HasFailed;
    }

    private bool Array(ReadOnlySpan<byte> message, int depth)
    {
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader is { Field: 1, Wire: WireType.Bytes })
                Check(ref reader, Value(reader.Bytes(), default, depth + 1));
            else
                reader.Skip();
        }

        return !reader.HasFailed;
    }

    private bool KeyValues(ReadOnlySpan<byte> message, int depth)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader is not { Field: 1, Wire: WireType.Bytes })
            {
                reader.Skip();
                continue;
            }

            if (!KeyValue(reader.Bytes(), out var key, out var value))
            {
                reader.Fail();
                continue;
            }

            if (!keys.Add(Encoding.UTF8.GetString(key)))
                continue;
            _collector.Writer.WritePropertyName(key);
            Check(ref reader, Value(value, default, depth + 1));
        }

        return !reader.HasFailed;
    }

    private void Integer(long value, ReadOnlySpan<byte> key)
    {
        _collector.Writer.WriteNumberValue(value);
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out var length);
        _collector.Capture(key, text[..length]);
    }

    private void WriteDouble(double value)
    {
        if (double.IsFinite(value))
            _collector.Writer.WriteNumberValue(value);
        else
            _collector.Writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static void Check(ref ProtobufReader reader, bool isWhole)
    {
        if (!isWhole)
            reader.Fail();
    }
}
