using System.Buffers.Binary;
using System.Text;

namespace Patchbay.Store.Sqlite;

/// <summary>Writes the fields of a record one behind the other: numbers little-endian, texts as UTF-8 behind their length.</summary>
internal ref struct RecordWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    /// <summary>The bytes written.</summary>
    public int Length { get; private set; }

    public void Byte(int value) => _target[Length++] = (byte)value;

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_target[Length..], value);
        Length += sizeof(int);
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_target[Length..], value);
        Length += sizeof(long);
    }

    public void UInt128(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(_target[Length..], value);
        Length += 16;
    }

    public void Text(string value)
    {
        int bytes = Encoding.UTF8.GetBytes(value, _target[(Length + sizeof(int))..]);
        Int32(bytes);
        Length += bytes;
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        value.CopyTo(_target[Length..]);
        Length += value.Length;
    }

    /// <summary>The most bytes a text takes.</summary>
    public static int MaxLength(string text) => sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length);
}
