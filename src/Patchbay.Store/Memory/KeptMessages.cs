using System.Buffers.Binary;

namespace Patchbay.Store.Memory;

/// <summary>
/// Messages in order. As they come each is an array of its own; packed, they stand behind each other in one, each behind its length, which is all that a
/// session costs for them while its client is away. Not safe for concurrent use.
/// </summary>
internal struct KeptMessages
{
    private const int LengthBytes = sizeof(int);

    private byte[]? _packed;
    private int _packedFrom;
    private int _packedCount;
    private Queue<ReadOnlyMemory<byte>>? _later;

    /// <summary>How many there are.</summary>
    public readonly int Count => _packedCount + (_later?.Count ?? 0);

    /// <summary>Their bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Each, in order.</summary>
    public readonly IEnumerable<ReadOnlyMemory<byte>> All => Packed().Concat(_later ?? []);

    /// <summary>Adds one behind the others.</summary>
    public void Add(ReadOnlyMemory<byte> message)
    {
        (_later ??= new Queue<ReadOnlyMemory<byte>>()).Enqueue(message);
        Bytes += message.Length;
    }

    /// <summary>Drops the first; there must be one.</summary>
    public void DropFirst()
    {
        if (_packedCount == 0)
        {
            Bytes -= _later!.Dequeue().Length;
            return;
        }

        var length = LengthAt(_packedFrom);
        _packedFrom += LengthBytes + length;
        Bytes -= length;
        if (--_packedCount == 0)
            _packed = null;
    }

    /// <summary>Moves all into one array.</summary>
    public void Pack()
    {
        if (_later is null)
            return;
        var packed = GC.AllocateUninitializedArray<byte>(checked((int)(Bytes + ((long)Count * LengthBytes))));
        var used = 0;
        foreach (var message in All)
        {
            BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(used), message.Length);
            message.Span.CopyTo(packed.AsSpan(used + LengthBytes));
            used += LengthBytes + message.Length;
        }

        _packedCount = Count;
        _packedFrom = 0;
        _packed = packed;
        _later = null;
    }

    private readonly IEnumerable<ReadOnlyMemory<byte>> Packed()
    {
        var at = _packedFrom;
        for (var left = _packedCount; left > 0; left--)
        {
            var length = LengthAt(at);
            yield return _packed.AsMemory(at + LengthBytes, length);
            at += LengthBytes + length;
        }
    }

    private readonly int LengthAt(int at) => BinaryPrimitives.ReadInt32LittleEndian(_packed.AsSpan(at));
}
