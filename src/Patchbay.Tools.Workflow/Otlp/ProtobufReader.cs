using System.Buffers.Binary;

namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>
/// Walks along the fields of a protobuf message without copying. Varints may be padded up to ten bytes, as exporters that leave room for a length write them.
/// A fault ends the walk and is remembered in <see cref="HasFailed"/>; nothing is thrown.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> data)
{
    /// <summary>How deep groups of unknown fields may lie in each other.</summary>
    private const int MaxGroups = 32;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    public bool HasFailed { get; private set; }

    public int Field { get; private set; }

    public WireType Wire { get; private set; }

    /// <summary>Moves to the next field; false at the end or after a fault.</summary>
    public bool Next()
    {
        if (HasFailed || _position >= _data.Length)
            return false;
        var tag = Varint();
        Field = (int)(tag >> 3);
        Wire = (WireType)(tag & 7);
        if (tag > uint.MaxValue || Field == 0)
            Fail();
        return !HasFailed;
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position >= _data.Length)
                break;
            ulong next = _data[_position++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        Fail();
        return 0;
    }

    public ulong Fixed64()
    {
        if (_data.Length - _position < 8)
        {
            Fail();
            return 0;
        }

        _position += 8;
        return BinaryPrimitives.ReadUInt64LittleEndian(_data[(_position - 8)..]);
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        if (HasFailed || length > (ulong)(_data.Length - _position))
        {
            Fail();
            return default;
        }

        _position += (int)length;
        return _data.Slice(_position - (int)length, (int)length);
    }

    /// <summary>Passes over the value of the current field, whatever its type.</summary>
    public void Skip() => Skip(0);

    /// <summary>Marks the message as broken, when a part of it was.</summary>
    public void Fail()
    {
        HasFailed = true;
        _position = _data.Length;
    }

    private void Skip(int depth)
    {
        switch (Wire)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Fixed64();
                break;
            case WireType.Bytes:
                Bytes();
                break;
            case WireType.Fixed32 when _data.Length - _position >= 4:
                _position += 4;
                break;
            case WireType.StartGroup when depth < MaxGroups:
                SkipGroup(Field, depth);
                break;
            default:
                Fail();
                break;
        }
    }

    private void SkipGroup(int group, int depth)
    {
        while (Next())
        {
            if (Wire == WireType.EndGroup)
            {
                if (Field != group)
                    Fail();
                return;
            }

            Skip(depth + 1);
        }

        Fail();
    }
}

/// <summary>How a protobuf field is written.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    StartGroup = 3,
    EndGroup = 4,
    Fixed32 = 5,
}
