using System.Buffers.Binary;
using Google.Protobuf;

namespace Patchbay.Tools.Workflow.Bench;

/// <summary>Export requests as an exporter would send them: traces of ten spans with five attributes each.</summary>
internal static class TraceBatch
{
    private const int SpansPerTrace = 10;

    public static byte[] Make(int firstTrace, int spans, long at)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            var scope = Message(message =>
            {
                for (var index = 0; index < spans; index++)
                    Nested(message, 2, Span(firstTrace + (index / SpansPerTrace), index % SpansPerTrace, at));
            });
            Nested(output, 1, Message(resource =>
            {
                Nested(resource, 1, Message(attributes => Nested(attributes, 1, Attribute("service.name", "checkout"))));
                Nested(resource, 2, scope);
            }));
        }

        return buffer.ToArray();
    }

    private static byte[] Span(int trace, int number, long at) => Message(span =>
    {
        var start = at + (number * 1_000_000L);
        span.WriteTag(1, WireFormat.WireType.LengthDelimited);
        span.WriteBytes(ByteString.CopyFrom(Id(16, trace + 1, 0)));
        span.WriteTag(2, WireFormat.WireType.LengthDelimited);
        span.WriteBytes(ByteString.CopyFrom(Id(8, trace + 1, number + 1)));
        if (number > 0)
        {
            span.WriteTag(4, WireFormat.WireType.LengthDelimited);
            span.WriteBytes(ByteString.CopyFrom(Id(8, trace + 1, 1)));
        }

        span.WriteTag(5, WireFormat.WireType.LengthDelimited);
        span.WriteString(number == 0 ? "POST /checkout" : $"step {number}");
        span.WriteTag(6, WireFormat.WireType.Varint);
        span.WriteInt32(number == 0 ? 2 : 1);
        span.WriteTag(7, WireFormat.WireType.Fixed64);
        span.WriteFixed64((ulong)start);
        span.WriteTag(8, WireFormat.WireType.Fixed64);
        span.WriteFixed64((ulong)(number == 0 ? at + 20_000_000 : start + 900_000));
        Nested(span, 9, Attribute("http.request.method", "POST"));
        Nested(span, 9, Attribute("url.path", "/checkout"));
        Nested(span, 9, Attribute("server.address", "shop.example"));
        Nested(span, 9, Attribute("peer.service", $"service-{number}"));
        Nested(span, 9, Attribute("thread.name", "worker-7"));
    });

    private static byte[] Attribute(string key, string value) => Message(attribute =>
    {
        attribute.WriteTag(1, WireFormat.WireType.LengthDelimited);
        attribute.WriteString(key);
        Nested(attribute, 2, Message(any =>
        {
            any.WriteTag(1, WireFormat.WireType.LengthDelimited);
            any.WriteString(value);
        }));
    });

    private static byte[] Id(int length, int trace, int number)
    {
        var id = new byte[length];
        // Scattered like the random ids of a tracer, so that the indexes grow in random places.
        BinaryPrimitives.WriteUInt64BigEndian(id, (ulong)trace * 0x9E3779B97F4A7C15UL);
        BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(length - 4), number);
        return id;
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
            write(output);
        return buffer.ToArray();
    }

    private static void Nested(CodedOutputStream output, int field, byte[] message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }
}
