namespace Patchbay.Store;

/// <summary>
/// A moment on the store's own clock, which counts only while a server has the store open: the time a server is down ages nothing (protocol section 6, "Time").
/// </summary>
/// <param name="Milliseconds">Milliseconds of running since the store was made.</param>
public readonly record struct StoreTime(long Milliseconds) : IComparable<StoreTime>
{
    /// <inheritdoc />
    public int CompareTo(StoreTime other) => Milliseconds.CompareTo(other.Milliseconds);

    /// <summary>The moment a while later.</summary>
    public static StoreTime operator +(StoreTime time, TimeSpan span) => time.Add(span);

    /// <summary>The time between two moments.</summary>
    public static TimeSpan operator -(StoreTime later, StoreTime earlier) => later.Subtract(earlier);

    /// <summary>Whether one moment is before the other.</summary>
    public static bool operator <(StoreTime left, StoreTime right) => left.Milliseconds < right.Milliseconds;

    /// <summary>Whether one moment is after the other.</summary>
    public static bool operator >(StoreTime left, StoreTime right) => left.Milliseconds > right.Milliseconds;

    /// <summary>Whether one moment is before the other or the same.</summary>
    public static bool operator <=(StoreTime left, StoreTime right) => left.Milliseconds <= right.Milliseconds;

    /// <summary>Whether one moment is after the other or the same.</summary>
    public static bool operator >=(StoreTime left, StoreTime right) => left.Milliseconds >= right.Milliseconds;

    /// <summary>The moment a while later.</summary>
    public StoreTime Add(TimeSpan span) => new(Milliseconds + (long)span.TotalMilliseconds);

    /// <summary>The time since <paramref name="earlier"/>.</summary>
    public TimeSpan Subtract(StoreTime earlier) => TimeSpan.FromMilliseconds(Milliseconds - earlier.Milliseconds);
}
