namespace Patchbay.Server.Guard;

/// <summary>
/// Milliseconds since the Unix epoch that never go back: the wall clock at the start, plus what the monotonic clock has counted since.
/// A corrected wall clock must neither open a window early nor lengthen a ban.
/// </summary>
internal sealed class SteadyClock
{
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly long _originTicks;

    public SteadyClock(TimeProvider time)
    {
        _time = time;
        _origin = time.GetTimestamp();
        _originTicks = time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks;
    }

    /// <summary>Ticks of 100 ns since the Unix epoch.</summary>
    public long Ticks => _originTicks + _time.GetElapsedTime(_origin).Ticks;

    /// <summary>Whole milliseconds that have passed since the Unix epoch.</summary>
    public long Milliseconds => Ticks / TimeSpan.TicksPerMillisecond;
}
