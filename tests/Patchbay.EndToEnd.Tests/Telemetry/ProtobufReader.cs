namespace Patchbay.EndToEnd.Tests.Telemetry;

/// <summary>Reads the wire format of protocol buffers (protobuf.dev, Encoding), as far as OTLP needs it: nothing the exporter uses.</summary>
internal static class ProtobufReader
{
    /// <summary>The fields of a message in order: number, and the value of a varint, of eight bytes or of a length-delimited field.</summary>
    public static IReadOnlyList<(int Field, ulong Number, byte[] Bytes)> Read(ReadOnlySpan<byte> message)
    {
        var fields = new List<(int, ulong, byte[])>();
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            var (number, bytes) = ((ulong)0, Array.Empty<byte>());
            switch (tag & 7)
            {
                case 0:
                    number = Varint(ref message);
                    break;
                case 1:
                    number = BitConverter.ToUInt64(message);
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    bytes = message[..length].ToArray();
                    message = message[length..];
                    break;
                case 5:
                    number = BitConverter.ToUInt32(message);
                    message = message[4..];
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7}");
            }

            fields.Add(((int)(tag >> 3), number, bytes));
        }

        return fields;
    }

    /// <summary>The messages in a field.</summary>
    public static IEnumerable<byte[]> Each(ReadOnlySpan<byte> message, int field) =>
        Read(message).Where(entry => entry.Field == field).Select(entry => entry.Bytes);

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
