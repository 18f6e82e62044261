namespace Patchbay.Server.Guard.RateLimit;

/// <summary>
/// Counts the admitted messages of the last 60 seconds so that no 60 seconds ever hold more than the limit,
/// and so that waiting <see cref="RetryAfterMs"/> frees a place. Not safe for concurrent use.
/// </summary>
/// <remarks>Times are ticks of 100 ns.</remarks>
internal abstract class SlidingWindow
{
    /// <summary>The window of protocol section 8.</summary>
    public const int LengthMs = 60_000;

    /// <summary>Up to this limit each message is remembered to the millisecond (2 KiB at most); above it messages are counted in slots.</summary>
    public const int LargestExactLimit = 1_000;

    /// <summary><see cref="LengthMs"/> in ticks.</summary>
    protected const long Length = LengthMs * TimeSpan.TicksPerMillisecond;

    /// <summary>The most messages in any 60 seconds.</summary>
    public required int Limit { get; init; }

    /// <summary>Takes a place when there is one.</summary>
    public bool TryTake(long ticks)
    {
        if (Count(ticks) >= Limit)
            return false;
        Add(ticks, 1);
        return true;
    }

    /// <summary>Drops what is 60 seconds old and returns how many places are taken.</summary>
    public abstract int Count(long ticks);

    /// <summary>How long until a place is free, in whole milliseconds; 0 when there is one.</summary>
    public long RetryAfterMs(long ticks)
    {
        int excess = Count(ticks) - Limit;
        return excess < 0 ? 0 : ToMillisecondsUp(FreedAt(excess + 1) - ticks);
    }

    /// <summary>Whole milliseconds, rounded up.</summary>
    public static long ToMillisecondsUp(long ticks) => (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    /// <summary>A window for a limit, holding what <paramref name="former"/> holds when the limit of a key is changed.</summary>
    public static SlidingWindow Create(int limit, SlidingWindow? former, long ticks)
    {
        SlidingWindow window = limit <= LargestExactLimit ? new ExactWindow { Limit = limit } : new SlotWindow { Limit = limit };
        if (former?.Count(ticks) > 0)
            former.CopyTo(window);
        return window;
    }

    /// <summary>The moment at which <paramref name="places"/> of the places taken are free again.</summary>
    protected abstract long FreedAt(int places);

    /// <summary>Takes places at a moment.</summary>
    protected internal abstract void Add(long at, int places);

    /// <summary>Takes in another window what is taken in this one.</summary>
    protected abstract void CopyTo(SlidingWindow other);
}
