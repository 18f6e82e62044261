using System.Text.Json;

namespace Patchbay.Protocol.Validation;

/// <summary>Finds duplicate member names of all the objects of one text. Reused between texts without being cleared.</summary>
/// <remarks>
/// One open-addressing table holds the names of every object; an entry carries the number of its object, and numbers rise for ever,
/// so entries of earlier texts never match and their slots count as free.
/// </remarks>
internal sealed class KeyTable
{
    private const int InitialSlots = 64;
    private const int KeptSlots = 4096;

    private Entry[] _slots = new Entry[InitialSlots];
    private byte[] _unescaped = [];
    private int _unescapedLength;
    private int _count;
    private int _firstOwner = 1;
    private int _nextOwner = 1;

    private struct Entry
    {
        public int Owner;
        public int Hash;
        public int Start;
        public int Length;
    }

    /// <summary>Starts a new text.</summary>
    public void Reset()
    {
        if (_slots.Length > KeptSlots || _nextOwner > int.MaxValue / 2)
        {
            _slots = new Entry[InitialSlots];
            _unescaped = [];
            _nextOwner = 1;
        }

        _firstOwner = _nextOwner;
        _unescapedLength = 0;
        _count = 0;
    }

    /// <summary>The number of a new object.</summary>
    public int NewOwner() => _nextOwner++;

    /// <summary>Adds the property name the reader stands on.</summary>
    /// <returns>False when the object has it already, escaped or not.</returns>
    public bool Add(int owner, scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        int start;
        int length;
        if (reader.ValueIsEscaped)
        {
            start = Unescape(ref reader, out length);
        }
        else
        {
            start = (int)reader.TokenStartIndex + 1;
            length = reader.ValueSpan.Length;
        }

        if ((_count + 1) * 2 > _slots.Length)
            Grow();

        var name = Name(start, length, text);
        var hash = Hash(owner, name);
        var mask = _slots.Length - 1;
        for (var slot = hash & mask; ; slot = (slot + 1) & mask)
        {
            ref var entry = ref _slots[slot];
            if (entry.Owner < _firstOwner)
            {
                entry = new Entry { Owner = owner, Hash = hash, Start = start, Length = length };
                _count++;
                return true;
            }

            if (entry.Owner == owner && entry.Hash == hash && Name(entry.Start, entry.Length, text).SequenceEqual(name))
                return false;
        }
    }

    // The hash is seeded per process, so nobody can prepare names that collide.
    private static int Hash(int owner, ReadOnlySpan<byte> name)
    {
        var hash = new HashCode();
        hash.Add(owner);
        hash.AddBytes(name);
        return hash.ToHashCode();
    }

    // Names that had escapes stand in _unescaped, marked by a negative start.
    private ReadOnlySpan<byte> Name(int start, int length, ReadOnlySpan<byte> text) =>
        start >= 0 ? text.Slice(start, length) : _unescaped.AsSpan(~start, length);

    private int Unescape(scoped ref Utf8JsonReader reader, out int length)
    {
        var start = _unescapedLength;
        // An escape never gets longer by being undone.
        var needed = start + reader.ValueSpan.Length;
        if (_unescaped.Length < needed)
            Array.Resize(ref _unescaped, Math.Max(needed, _unescaped.Length * 2));
        length = reader.CopyString(_unescaped.AsSpan(start));
        _unescapedLength += length;
        return ~start;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Entry[old.Length * 2];
        var mask = _slots.Length - 1;
        foreach (var entry in old)
        {
            if (entry.Owner < _firstOwner)
                continue;
            var slot = entry.Hash & mask;
            while (_slots[slot].Owner != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = entry;
        }
    }
}
