namespace Patchbay.Server.Guard.RateLimit;

/// <summary>
/// The moments of the last minute (or less), in two bytes each. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// Every moment kept was at most <see cref="MaxWindowMs"/> old when the log was last touched, so the lower 16 bits of its millisecond
/// tell it apart: the moment is the last touch minus the 16-bit difference. The ring grows as it fills, up to the capacity the caller names.
/// </remarks>
internal struct RecentTimes
{
    /// <summary>The longest window, in milliseconds; with the rounding it stays below 2^16.</summary>
    public const int MaxWindowMs = 60_000;

    private const int FirstLength = 4;

    private ushort[]? _ring;
    private long _touched;
    private int _head;

    /// <summary>How many moments are kept, those that have aged since the last <see cref="Expire"/> included.</summary>
    public int Count { get; private set; }

    /// <summary>Drops what is <paramref name="windowMs"/> old or older, and returns how many moments are left.</summary>
    public int Expire(long nowMs, int windowMs)
    {
        if (nowMs - _touched >= windowMs)
            Count = 0;
        while (Count > 0 && nowMs - this[0] >= windowMs)
        {
            _head = (_head + 1) % _ring!.Length;
            Count--;
        }

        _touched = Math.Max(_touched, nowMs);
        return Count;
    }

    /// <summary>The moment at a place, 0 being the oldest, in milliseconds.</summary>
    public readonly long this[int index] => _touched - (ushort)(_touched - _ring![(_head + index) % _ring.Length]);

    /// <summary>Adds a moment; when <paramref name="capacity"/> are kept already, the oldest makes room. <see cref="Expire"/> comes first.</summary>
    public void Add(long atMs, int capacity)
    {
        atMs = Math.Max(atMs, _touched);
        if (Count == capacity)
        {
            _head = (_head + 1) % _ring!.Length;
            Count--;
        }
        else if (_ring is null || Count == _ring.Length)
        {
            Grow(capacity);
        }

        _touched = atMs;
        _ring![(_head + Count) % _ring.Length] = (ushort)atMs;
        Count++;
    }

    private void Grow(int capacity)
    {
        var larger = new ushort[Math.Min(capacity, Math.Max(FirstLength, Count * 2))];
        for (int i = 0; i < Count; i++)
            larger[i] = _ring![(_head + i) % _ring.Length];
        _ring = larger;
        _head = 0;
    }
}
