using System.Buffers;

namespace Patchbay.Transport;

/// <summary>One outgoing message in a rented array. Whoever holds a reference may read it; the last one to let go gives the array back.</summary>
public sealed class OutboundMessage : IBufferWriter<byte>
{
    private const int InitialBytes = 512;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _references = 1;

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

    /// <summary>A message of bytes that are there already.</summary>
    public static OutboundMessage Of(ReadOnlySpan<byte> bytes)
    {
        var message = new OutboundMessage();
        bytes.CopyTo(message.GetSpan(bytes.Length));
        message.Advance(bytes.Length);
        return message;
    }

    /// <inheritdoc />
    public void Advance(int count) => Length += count;

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Length);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Length);
    }

    /// <summary>Takes back what was written behind a length.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>One more holder.</summary>
    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>One holder less.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 1);
        if (needed <= _buffer.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
