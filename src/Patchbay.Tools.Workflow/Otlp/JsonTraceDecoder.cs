using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>
/// Reads an ExportTraceServiceRequest in the JSON encoding of OTLP: lowerCamelCase names only, unknown ones ignored, ids in hex of either case, enums as integers,
/// 64-bit integers as strings or numbers, null the same as absent.
/// </summary>
internal sealed class JsonTraceDecoder(KnownAttributes known) : IDisposable
{
    private const int MaxDepth = 16;

    private readonly AttributeCollector _collector = new(known);
    private readonly List<OtlpSpan> _spans = [];

    /// <summary>The spans of a request, or null when it is not one; then <paramref name="fault"/> says why.</summary>
    public List<OtlpSpan>? Decode(ReadOnlyMemory<byte> request, out string? fault)
    {
        _spans.Clear();
        try
        {
            using var document = JsonDocument.Parse(request, new JsonDocumentOptions { MaxDepth = 64 });
            fault = Request(document.RootElement);
        }
        catch (JsonException exception)
        {
            fault = $"not JSON, at byte {exception.BytePositionInLine} of line {exception.LineNumber}";
        }
        catch (InvalidOperationException)
        {
            // A string with an escape that is half a character; JsonDocument looks at strings only when they are asked for.
            fault = "a string is not valid text";
        }

        return fault is null ? _spans : null;
    }

    public void Dispose() => _collector.Dispose();

    private string? Request(JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object)
            return "the request must be an object";
        return Each(request, "resourceSpans", ResourceSpans);
    }

    private string? ResourceSpans(JsonElement message)
    {
        var resource = new OtlpResource();
        if (Member(message, "resource") is { } sender)
        {
            _collector.Begin();
            if ((sender.ValueKind == JsonValueKind.Object ? Each(sender, "attributes", Attribute) : "resource must be an object") is { } fault)
                return fault;
            resource.Attributes = _collector.End();
        }

        return Each(message, "scopeSpans", scope => Each(scope, "spans", span => Span(span, resource)));
    }

    private string? Span(JsonElement message, OtlpResource resource)
    {
        var span = new OtlpSpan { Resource = resource };
        _spans.Add(span);
        if (!TryText(message, "traceId", out var traceId) || !TryText(message, "spanId", out var spanId) || !TryText(message, "parentSpanId", out var parentId)
            || !TryText(message, "name", out var name))
            return "traceId, spanId, parentSpanId and name must be strings";
        span.TraceId = SpanIds.Trace(SpanIds.FromHex(traceId));
        span.SpanId = SpanIds.Span(SpanIds.FromHex(spanId));
        if (SpanIds.FromHex(parentId) is { } parent)
            SpanIds.Parent(span, parent);
        else
            span.HasBadParent = true;
        span.Name = name;
        if (!TryNumber(message, "kind", out var kind) || !TryNumber(message, "startTimeUnixNano", out var start) || !TryNumber(message, "endTimeUnixNano", out var end))
            return "kind must be an integer, times integers or their decimal strings";
        span.Kind = (int)kind;
        span.Start = (ulong)start;
        span.End = (ulong)end;
        if (Member(message, "status") is { } status && Status(status, span) is { } statusFault)
            return statusFault;
        _collector.Begin();
        if (Each(message, "attributes", Attribute) is { } fault)
            return fault;
        span.Attributes = _collector.End();
        return Each(message, "events", entry => Each(entry, "attributes", attribute => Exception(attribute, span)));
    }

    private static string? Status(JsonElement status, OtlpSpan span)
    {
        if (status.ValueKind != JsonValueKind.Object || !TryNumber(status, "code", out var code) || !TryText(status, "message", out var text))
            return "status must be an object of code (an integer) and message (a string)";
        span.StatusCode = (int)code;
        span.StatusMessage = text.Length == 0 ? null : text;
        return null;
    }

    private static string? Exception(JsonElement attribute, OtlpSpan span)
    {
        if (!TryText(attribute, "key", out var key))
            return "the key of an attribute must be a string";
        if (Member(attribute, "value") is not { ValueKind: JsonValueKind.Object } value || !TryText(value, "stringValue", out var text) || text.Length == 0)
            return null;
        if (key == "exception.type")
            span.ExceptionType = text;
        else if (key == "exception.message")
            span.ExceptionMessage = text;
        return null;
    }

    private string? Attribute(JsonElement attribute)
    {
        if (!TryText(attribute, "key", out var key))
            return "the key of an attribute must be a string";
        var value = Member(attribute, "value");
        var utf8Key = Encoding.UTF8.GetBytes(key);
        return _collector.TryKey(utf8Key, value is { } known ? known.GetRawText().Length : 0) ? Value(value, utf8Key, depth: 0) : null;
    }

    /// <summary>Writes an AnyValue. A key is given for a direct attribute, so that its text can be remembered.</summary>
    private string? Value(JsonElement? value, byte[]? key, int depth)
    {
        var writer = _collector.Writer;
        if (value is { ValueKind: not JsonValueKind.Object })
            return "the value of an attribute must be an object";
        if (value is not { } any || depth > MaxDepth)
        {
            writer.WriteNullValue();
            return null;
        }

        foreach (var member in any.EnumerateObject())
        {
            switch (member.Name, member.Value.ValueKind)
            {
                case (_, JsonValueKind.Null):
                    continue;
                case ("stringValue", JsonValueKind.String):
                    var text = Encoding.UTF8.GetBytes(member.Value.GetString()!);
                    writer.WriteStringValue(text);
                    if (key is not null)
                        _collector.Capture(key, text);
                    return null;
                case ("bytesValue", JsonValueKind.String):
                    writer.WriteStringValue(member.Value.GetString());
                    return null;
                case ("boolValue", JsonValueKind.True or JsonValueKind.False):
                    writer.WriteBooleanValue(member.Value.GetBoolean());
                    return null;
                case ("intValue", _) when TryNumber(any, "intValue", out var integer):
                    writer.WriteNumberValue(integer);
                    if (key is not null)
                        _collector.Capture(key, Encoding.UTF8.GetBytes(integer.ToString(CultureInfo.InvariantCulture)));
                    return null;
                case ("doubleValue", _):
                    return Double(member.Value, writer);
                case ("arrayValue", JsonValueKind.Object):
                    writer.WriteStartArray();
                    var fault = Each(member.Value, "values", item => Value(item, null, depth + 1));
                    writer.WriteEndArray();
                    return fault;
                case ("kvlistValue", JsonValueKind.Object):
                    return KeyValues(member.Value, depth);
                case ("stringValue" or "bytesValue" or "boolValue" or "intValue" or "arrayValue" or "kvlistValue", _):
                    return $"{member.Name} has the wrong type";
                default:
                    continue;
            }
        }

        writer.WriteNullValue();
        return null;
    }

    private string? KeyValues(JsonElement list, int depth)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        _collector.Writer.WriteStartObject();
        var fault = Each(list, "values", item =>
        {
            if (!TryText(item, "key", out var key))
                return "the key of an attribute must be a string";
            if (!keys.Add(key))
                return null;
            _collector.Writer.WritePropertyName(key);
            return Value(Member(item, "value"), null, depth + 1);
        });
        _collector.Writer.WriteEndObject();
        return fault;
    }

    private static string? Double(JsonElement value, Utf8JsonWriter writer)
    {
        if (value.ValueKind == JsonValueKind.Number)
            writer.WriteNumberValue(value.GetDouble());
        else if (value.ValueKind == JsonValueKind.String && value.GetString() is "NaN" or "Infinity" or "-Infinity")
            writer.WriteStringValue(value.GetString());
        else if (value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            writer.WriteNumberValue(number);
        else
            return "doubleValue must be a number";
        return null;
    }

    /// <summary>Visits the objects of an array until one is faulty.</summary>
    private static string? Each(JsonElement parent, string name, Func<JsonElement, string?> visit)
    {
        if (Member(parent, name) is not { } array)
            return null;
        if (array.ValueKind != JsonValueKind.Array)
            return $"{name} must be an array";
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
                return $"the elements of {name} must be objects";
            if (visit(item) is { } fault)
                return fault;
        }

        return null;
    }

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static bool TryText(JsonElement parent, string name, out string text)
    {
        var member = Member(parent, name);
        text = member is { ValueKind: JsonValueKind.String } ? member.Value.GetString()! : "";
        return member is null or { ValueKind: JsonValueKind.String };
    }

    /// <summary>An integer of up to 64 bits, signed or not, as a number or a decimal string; absent is 0.</summary>
    private static bool TryNumber(JsonElement parent, string name, out long number)
    {
        number = 0;
        if (Member(parent, name) is not { } member)
            return true;
        if (member.ValueKind == JsonValueKind.Number)
        {
            if (member.TryGetInt64(out number))
                return true;
            var isUnsigned = member.TryGetUInt64(out var unsigned);
            number = (long)unsigned;
            return isUnsigned;
        }

        // Enums are never strings (OTLP/HTTP, JSON Protobuf Encoding); of the numbers only those of 64 bits are.
        if (member.ValueKind != JsonValueKind.String || name is "kind" or "code")
            return false;
        if (long.TryParse(member.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            return true;
        var parsed = ulong.TryParse(member.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var large);
        number = (long)large;
        return parsed;
    }
}
