using System.Buffers;

namespace Patchbay.Transport;

/// <summary>One outgoing message. It is written into a rented array, which goes back when it has been sent; one that is kept moves to an array of its own length.</summary>
public sealed class OutboundMessage : IBufferWriter<byte>
{
    private const int InitialBytes = 512;

    private byte[] _buffer;
    private bool _isRented = true;

    /// <summary>An empty message.</summary>
    public OutboundMessage() => _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);

    private OutboundMessage(byte[] kept)
    {
        _buffer = kept;
        _isRented = false;
        Length = kept.Length;
    }

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

    /// <summary>A finished message that <see cref="Keep"/> gave out.</summary>
    public static OutboundMessage OfKept(byte[] kept) => new(kept);

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

    /// <summary>
    /// Gives the message out to be kept, in an array of exactly its length that nobody uses again. A JSON writer asks for room in steps of 4 KiB, so that the
    /// rented one is many times too large.
    /// </summary>
    public byte[] Keep()
    {
        if (!_isRented && _buffer.Length == Length)
            return _buffer;
        var kept = GC.AllocateUninitializedArray<byte>(Length);
        Bytes.CopyTo(kept);
        Replace(kept, isRented: false);
        return kept;
    }

    /// <summary>Lets the message go; nothing of it is read or written after.</summary>
    public void Release() => Replace([], isRented: false);

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 1);
        if (needed <= _buffer.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        Replace(larger, isRented: true);
    }

    private void Replace(byte[] next, bool isRented)
    {
        if (_isRented)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = next;
        _isRented = isRented;
    }
}
