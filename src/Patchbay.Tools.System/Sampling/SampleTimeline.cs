namespace Patchbay.Tools.System.Sampling;

/// <summary>When the last samples were taken, by number. Times are monotonic; the newest <see cref="Kept"/> are known.</summary>
internal sealed class SampleTimeline(TimeProvider time)
{
    /// <summary>The longest interval is 60 s, which takes 61 samples at 1 Hz; a power of two makes the index a mask.</summary>
    public const int Kept = 64;

    private readonly long[] _timestamps = new long[Kept];
    private long _firstAfterGap;

    /// <summary>The number of the newest sample; -1 before the first.</summary>
    public long Latest { get; private set; } = -1;

    /// <summary>Starts the next sample.</summary>
    /// <param name="timestamp">When, in ticks of the monotonic clock.</param>
    /// <param name="gap">Whether the time since the one before is too long to speak of one interval: rates start anew.</param>
    public long Begin(long timestamp, bool gap)
    {
        Latest++;
        _timestamps[Latest & (Kept - 1)] = timestamp;
        if (gap)
            _firstAfterGap = Latest;
        return Latest;
    }

    /// <summary>Measured seconds between two samples.</summary>
    public double Seconds(long from, long to) =>
        time.GetElapsedTime(_timestamps[from & (Kept - 1)], _timestamps[to & (Kept - 1)]).TotalSeconds;

    /// <summary>The window that ends with the newest sample and whose measured length is nearest to <paramref name="seconds"/>; it never spans a gap.</summary>
    public SampleWindow Window(double seconds)
    {
        var oldest = Math.Max(_firstAfterGap, Latest - Kept + 1);
        var from = Latest;
        var distance = double.PositiveInfinity;
        for (var candidate = Latest - 1; candidate >= oldest; candidate--)
        {
            var off = Math.Abs(Seconds(candidate, Latest) - seconds);
            if (off >= distance)
                break;
            (from, distance) = (candidate, off);
        }

        return new SampleWindow(this, from, Latest);
    }

    /// <summary>The window of the last step.</summary>
    public SampleWindow LastStep() => new(this, Math.Max(_firstAfterGap, Latest - 1), Latest);
}
