namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Finds steps by the bytes of their id, within one execution; emptied and used again for the next. The hash is seeded by the process, so that ids cannot be made to collide.</summary>
internal sealed class IdTable
{
    private readonly List<(int Offset, int Length)> _ids = [];
    private int[] _slots = new int[64];
    private int _mask;

    public int Count => _ids.Count;

    public void Reset(int capacity)
    {
        var size = 16;
        while (size < capacity * 2)
            size *= 2;
        if (size > _slots.Length)
            _slots = new int[size];
        else
            Array.Clear(_slots, 0, size);
        _mask = size - 1;
        _ids.Clear();
    }

    public (int Offset, int Length) this[int index] => _ids[index];

    /// <summary>The number of an id, given on first sight.</summary>
    public int Add(ReadOnlySpan<byte> data, int offset, int length)
    {
        ref var slot = ref Slot(data, data.Slice(offset, length));
        if (slot == 0)
        {
            _ids.Add((offset, length));
            slot = _ids.Count;
        }

        return slot - 1;
    }

    /// <summary>The number of an id, or -1.</summary>
    public int Find(ReadOnlySpan<byte> data, ReadOnlySpan<byte> id) => Slot(data, id) - 1;

    private ref int Slot(ReadOnlySpan<byte> data, ReadOnlySpan<byte> id)
    {
        var hash = default(HashCode);
        hash.AddBytes(id);
        for (var at = hash.ToHashCode() & _mask; ; at = (at + 1) & _mask)
        {
            ref var slot = ref _slots[at];
            if (slot == 0)
                return ref slot;
            var (offset, length) = _ids[slot - 1];
            if (data.Slice(offset, length).SequenceEqual(id))
                return ref slot;
        }
    }
}
