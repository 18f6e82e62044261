namespace Patchbay.Server.Guard.RateLimit;

/// <summary>Remembers each admitted message: two bytes a message, at most <see cref="SlidingWindow.LargestExactLimit"/> of them.</summary>
/// <remarks>
/// An admission is rounded up to the millisecond and a question down, so rounding never opens a window early. A window filled within one
/// millisecond would so be shut for longer than a minute; for that one case the newest admission is known to the tick.
/// </remarks>
internal sealed class ExactWindow : SlidingWindow
{
    private RecentTimes _times;

    // By how many ticks the newest admission was rounded up.
    private ushort _roundedBy;

    /// <inheritdoc />
    public override int Count(long ticks) => _times.Expire((ticks + Excess) / TimeSpan.TicksPerMillisecond, LengthMs);

    /// <inheritdoc />
    protected override long FreedAt(int places) => ((_times[Math.Min(places, _times.Count) - 1] + LengthMs) * TimeSpan.TicksPerMillisecond) - Excess;

    /// <inheritdoc />
    protected internal override void Add(long at, int places)
    {
        long atMs = ToMillisecondsUp(at);
        // More than the limit come only from a window with a higher limit; the newest ones decide when a place is free.
        for (int i = Math.Min(places, Limit); i > 0; i--)
            _times.Add(atMs, Limit);
        // A window that counted in slots may have left moments later than this one.
        _roundedBy = (ushort)(_times[_times.Count - 1] == atMs ? (atMs * TimeSpan.TicksPerMillisecond) - at : 0);
    }

    /// <inheritdoc />
    protected override void CopyTo(SlidingWindow other)
    {
        for (int i = 0; i < _times.Count; i++)
            other.Add(_times[i] * TimeSpan.TicksPerMillisecond, 1);
    }

    // How much too late all that is kept is taken to be; of several milliseconds only the newest is known closer.
    private int Excess => _times.Count > 0 && _times[0] == _times[_times.Count - 1] ? _roundedBy : 0;
}
