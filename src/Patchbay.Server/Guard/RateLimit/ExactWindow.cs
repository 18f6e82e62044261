namespace Patchbay.Server.Guard.RateLimit;

/// <summary>Remembers each admitted message: two bytes a message, at most <see cref="SlidingWindow.LargestExactLimit"/> of them.</summary>
internal sealed class ExactWindow : SlidingWindow
{
    private RecentTimes _times;

    /// <inheritdoc />
    protected override int CountAt(long nowMs) => _times.Expire(nowMs, LengthMs);

    /// <inheritdoc />
    protected override long FreedAt(int places) => _times[Math.Min(places, _times.Count) - 1] + LengthMs;

    /// <inheritdoc />
    protected internal override void Add(long atMs, int places)
    {
        // More than the limit come only from a window with a higher limit; the newest ones decide when a place is free.
        for (int i = Math.Min(places, Limit); i > 0; i--)
            _times.Add(atMs, Limit);
    }

    /// <inheritdoc />
    protected override void CopyTo(SlidingWindow other)
    {
        for (int i = 0; i < _times.Count; i++)
            other.Add(_times[i], 1);
    }
}
