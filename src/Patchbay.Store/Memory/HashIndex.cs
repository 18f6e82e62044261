namespace Patchbay.Store.Memory;

/// <summary>
/// Numbers by their hash: open addressing with linear probing in one array without references, never more than half full. A hash may stand for several
/// numbers, and whoever asks compares. Not safe for concurrent use.
/// </summary>
internal sealed class HashIndex
{
    // A bucket is a hash and a number; an empty one is 0, and bit 63 is set in every other.
    private const ulong Taken = 1UL << 63;

    private ulong[] _buckets = new ulong[16];

    /// <summary>How many numbers it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a number under a hash; not the same twice.</summary>
    public void Add(int hash, uint number)
    {
        if (Count * 2 >= _buckets.Length)
            Grow();
        Place(Bucket(hash, number));
        Count++;
    }

    /// <summary>Removes a number that is there.</summary>
    public void Remove(int hash, uint number)
    {
        var hole = Home(hash);
        for (var bucket = Bucket(hash, number); _buckets[hole] != bucket; hole = After(hole))
        {
            if (_buckets[hole] == 0)
                throw new KeyNotFoundException();
        }

        // What stands behind the hole, and may stand in it, moves up: so a search may end at the first empty bucket.
        for (var next = After(hole); _buckets[next] != 0; next = After(next))
        {
            if (Distance(Home(HashOf(_buckets[next])), next) >= Distance(hole, next))
            {
                _buckets[hole] = _buckets[next];
                hole = next;
            }
        }

        _buckets[hole] = 0;
        Count--;
    }

    /// <summary>The numbers under a hash, in no order. It must not change meanwhile.</summary>
    public Candidates Find(int hash) => new(this, hash);

    private static ulong Bucket(int hash, uint number) => Taken | ((ulong)(uint)hash << 32) | number;

    // Without its first bit, which says that the bucket is taken.
    private static int HashOf(ulong bucket) => (int)(bucket >> 32) & int.MaxValue;

    private int Home(int hash) => hash & (_buckets.Length - 1);

    private int After(int place) => (place + 1) & (_buckets.Length - 1);

    private int Distance(int from, int to) => (to - from) & (_buckets.Length - 1);

    private void Place(ulong bucket)
    {
        var place = Home(HashOf(bucket));
        while (_buckets[place] != 0)
            place = After(place);
        _buckets[place] = bucket;
    }

    private void Grow()
    {
        var former = _buckets;
        _buckets = new ulong[former.Length * 2];
        foreach (var bucket in former)
        {
            if (bucket != 0)
                Place(bucket);
        }
    }

    /// <summary>Walks the numbers under a hash.</summary>
    public struct Candidates(HashIndex index, int hash)
    {
        private int _next = index.Home(hash);

        /// <summary>The number it stands at.</summary>
        public uint Current { get; private set; }

        public readonly Candidates GetEnumerator() => this;

        public bool MoveNext()
        {
            for (; index._buckets[_next] is var bucket and not 0; _next = index.After(_next))
            {
                if (HashOf(bucket) != (hash & int.MaxValue))
                    continue;
                Current = (uint)bucket;
                _next = index.After(_next);
                return true;
            }

            return false;
        }
    }
}
