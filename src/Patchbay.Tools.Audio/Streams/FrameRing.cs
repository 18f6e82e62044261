using System.Buffers.Binary;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>Whole messages with their time of arrival in a ring of bytes, which grows up to its capacity and is then full. Not for concurrent use.</summary>
internal sealed class FrameRing(int capacity)
{
    private const int Prefix = sizeof(int) + sizeof(long);
    private const int MaxFrames = 1024;
    private byte[] _bytes = new byte[Math.Min(capacity, 4096)];
    private int _head;
    private int _used;

    /// <summary>Messages waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a message of a size has room.</summary>
    public bool HasRoom(int length) => Count < MaxFrames && _used + Prefix + length <= capacity;

    /// <summary>Copies a message in; false when it has no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> message, long received)
    {
        if (!HasRoom(message.Length))
            return false;
        var needed = _used + Prefix + message.Length;
        if (needed > _bytes.Length)
            Grow(needed);
        Span<byte> prefix = stackalloc byte[Prefix];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, message.Length);
        BinaryPrimitives.WriteInt64LittleEndian(prefix[sizeof(int)..], received);
        Write(prefix);
        Write(message);
        Count++;
        return true;
    }

    /// <summary>Copies the oldest message out, into a buffer that is made larger when need be; returns its length, or -1 when there is none.</summary>
    public int Take(ref byte[] message, out long received)
    {
        received = 0;
        if (Count == 0)
            return -1;
        Span<byte> prefix = stackalloc byte[Prefix];
        Read(prefix);
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        received = BinaryPrimitives.ReadInt64LittleEndian(prefix[sizeof(int)..]);
        if (message.Length < length)
            message = new byte[length];
        Read(message.AsSpan(0, length));
        Count--;
        return length;
    }

    private void Grow(int needed)
    {
        var larger = new byte[Math.Min(capacity, Math.Max(needed, 2 * _bytes.Length))];
        var used = _used;
        Read(larger.AsSpan(0, used));
        (_bytes, _head, _used) = (larger, 0, used);
    }

    private void Write(ReadOnlySpan<byte> from)
    {
        var at = (_head + _used) % _bytes.Length;
        var first = Math.Min(from.Length, _bytes.Length - at);
        from[..first].CopyTo(_bytes.AsSpan(at));
        from[first..].CopyTo(_bytes);
        _used += from.Length;
    }

    private void Read(Span<byte> to)
    {
        var first = Math.Min(to.Length, _bytes.Length - _head);
        _bytes.AsSpan(_head, first).CopyTo(to);
        _bytes.AsSpan(0, to.Length - first).CopyTo(to[first..]);
        _head = (_head + to.Length) % _bytes.Length;
        _used -= to.Length;
    }
}
