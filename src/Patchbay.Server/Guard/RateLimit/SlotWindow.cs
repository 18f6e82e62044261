namespace Patchbay.Server.Guard.RateLimit;

/// <summary>
/// Counts messages in slots of 240 ms, for limits that are too high to remember each message: 1 KiB whatever the limit.
/// A message is taken for as young as its slot's end, so a place is freed up to 240 ms late (0.4 % of the window) and never early.
/// </summary>
internal sealed class SlotWindow : SlidingWindow
{
    /// <summary>250 slots to the window.</summary>
    public const int SlotMs = 240;

    private const long Slot = SlotMs * TimeSpan.TicksPerMillisecond;

    // Live are the slots of the window, the one being filled, and one that has not ended its minute yet: 252, rounded up to a power of two.
    private const int Slots = 256;

    private readonly int[] _counts = new int[Slots];
    private long _first;
    private long _last = -1;
    private int _total;

    /// <inheritdoc />
    public override int Count(long ticks)
    {
        while (_total > 0 && EndOf(_first) + Length <= ticks)
        {
            ref int count = ref _counts[_first % Slots];
            _total -= count;
            count = 0;
            _first++;
        }

        return _total;
    }

    /// <inheritdoc />
    protected override long FreedAt(int places)
    {
        long slot = _first;
        for (int freed = _counts[slot % Slots]; freed < places && slot < _last; freed += _counts[slot % Slots])
            slot++;
        return EndOf(slot) + Length;
    }

    /// <inheritdoc />
    protected internal override void Add(long at, int places)
    {
        // Two threads may read the clock in one order and arrive in the other: a slot that has been passed is not filled again.
        _last = Math.Max(_last, at / Slot);
        if (_total == 0)
            _first = _last;
        _counts[_last % Slots] += places;
        _total += places;
    }

    /// <inheritdoc />
    protected override void CopyTo(SlidingWindow other)
    {
        for (long slot = _first; slot <= _last; slot++)
        {
            if (_counts[slot % Slots] > 0)
                other.Add(EndOf(slot) - 1, _counts[slot % Slots]);
        }
    }

    private static long EndOf(long slot) => (slot + 1) * Slot;
}
