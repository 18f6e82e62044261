using System.Text;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>Reads what <see cref="PackedWriter"/> wrote.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    public int Position { get; private set; }

    public ulong Unsigned()
    {
        ulong value = _data[Position++];
        if (value < 0x80)
            return value;
        value &= 0x7F;
        for (var shift = 7; ; shift += 7)
        {
            ulong next = _data[Position++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }

    public int Int32() => (int)Unsigned();

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Int32();
        var bytes = _data.Slice(Position, length);
        Position += length;
        return bytes;
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());
}
