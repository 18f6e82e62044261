using Google.Protobuf;

namespace Patchbay.Tools.Workflow.Tests.Testing;

/// <summary>Writes export requests with Google's protobuf library, field by field.</summary>
internal static class SpanBytes
{
    public static readonly byte[] TraceId = Convert.FromHexString("5B8EFFF798038103D269B633813FC60C");

    public static byte[] Id(ulong number) => BitConverter.GetBytes(number);

    public static byte[] Request(params byte[][] spans) => Message(request => Nested(request, 1, Message(resourceSpans =>
    {
        // The resource after the spans: the order of fields is the sender's.
        Nested(resourceSpans, 2, Message(scope =>
        {
            foreach (var span in spans)
                Nested(scope, 2, span);
        }));
        Nested(resourceSpans, 1, Message(resource => Nested(resource, 1, Text("service.name", "shop"))));
    })));

    public static byte[] Span(byte[] spanId, byte[]? parentId = null, string name = "work", ulong start = 1_700_000_000_000_000_000, ulong end = 1_700_000_001_000_000_000,
        byte[]? traceId = null, int kind = 1, int? status = null, params byte[][] attributes) => Message(span =>
    {
        Bytes(span, 1, traceId ?? TraceId);
        Bytes(span, 2, spanId);
        if (parentId is not null)
            Bytes(span, 4, parentId);
        span.WriteTag(5, WireFormat.WireType.LengthDelimited);
        span.WriteString(name);
        span.WriteTag(6, WireFormat.WireType.Varint);
        span.WriteInt32(kind);
        span.WriteTag(7, WireFormat.WireType.Fixed64);
        span.WriteFixed64(start);
        span.WriteTag(8, WireFormat.WireType.Fixed64);
        span.WriteFixed64(end);
        foreach (var attribute in attributes)
            Nested(span, 9, attribute);
        if (status is { } code)
        {
            Nested(span, 15, Message(message =>
            {
                message.WriteTag(3, WireFormat.WireType.Varint);
                message.WriteInt32(code);
            }));
        }
    });

    public static byte[] Text(string key, string value) => Attribute(key, any =>
    {
        any.WriteTag(1, WireFormat.WireType.LengthDelimited);
        any.WriteString(value);
    });

    public static byte[] Attribute(string key, Action<CodedOutputStream> value) => Message(attribute =>
    {
        attribute.WriteTag(1, WireFormat.WireType.LengthDelimited);
        attribute.WriteString(key);
        Nested(attribute, 2, Message(value));
    });

    public static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
            write(output);
        return buffer.ToArray();
    }

    public static void Nested(CodedOutputStream output, int field, byte[] message) => Bytes(output, field, message);

    private static void Bytes(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }
}
