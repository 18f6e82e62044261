using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Patchbay.Tools.Audio.Speech;

/// <summary>
/// Reads the float tensors of an ONNX file, which is protocol buffers: ModelProto.graph = 7, GraphProto.initializer = 5,
/// TensorProto data_type = 2, name = 8, raw_data = 9.
/// </summary>
internal static class OnnxInitializers
{
    private const int Float = 1;

    public static IReadOnlyDictionary<string, float[]> Read(ReadOnlyMemory<byte> model)
    {
        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        while (Next(ref model, out var field, out _, out var graph))
        {
            if (field == 7)
                ReadGraph(graph, tensors);
        }
        return tensors;
    }

    private static void ReadGraph(ReadOnlyMemory<byte> graph, Dictionary<string, float[]> tensors)
    {
        while (Next(ref graph, out var field, out _, out var content))
        {
            if (field == 5)
                ReadTensor(content, tensors);
        }
    }

    private static void ReadTensor(ReadOnlyMemory<byte> tensor, Dictionary<string, float[]> tensors)
    {
        string? name = null;
        ReadOnlyMemory<byte> raw = default;
        ulong type = 0;
        while (Next(ref tensor, out var field, out var number, out var content))
        {
            switch (field)
            {
                case 2:
                    type = number;
                    break;
                case 8:
                    name = Encoding.UTF8.GetString(content.Span);
                    break;
                case 9:
                    raw = content;
                    break;
            }
        }
        if (type != Float || name is null)
            return;
        var values = new float[raw.Length / sizeof(float)];
        if (BitConverter.IsLittleEndian)
            MemoryMarshal.Cast<byte, float>(raw.Span).CopyTo(values);
        else
            for (var i = 0; i < values.Length; i++)
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(raw.Span[(4 * i)..]);
        tensors[name] = values;
    }

    // One field: a number (wire types 0, 1, 5) or bytes (wire type 2).
    private static bool Next(ref ReadOnlyMemory<byte> from, out int field, out ulong number, out ReadOnlyMemory<byte> content)
    {
        (field, number, content) = (0, 0, default);
        if (from.IsEmpty)
            return false;
        var key = Varint(ref from);
        field = (int)(key >> 3);
        switch (key & 7)
        {
            case 0:
                number = Varint(ref from);
                return true;
            case 1:
                from = from[8..];
                return true;
            case 2:
                var length = (int)Varint(ref from);
                content = from[..length];
                from = from[length..];
                return true;
            case 5:
                from = from[4..];
                return true;
            default:
                throw new InvalidDataException("The speech model is not a protocol buffer.");
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> from)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = from.Span[0];
            from = from[1..];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw new InvalidDataException("The speech model holds a number of more than 64 bits.");
    }
}
