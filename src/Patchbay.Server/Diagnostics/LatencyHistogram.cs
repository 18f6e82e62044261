using System.Numerics;

namespace Patchbay.Server.Diagnostics;

/// <summary>
/// Counts durations in buckets that grow with the value: 16 to each power of two of a microsecond, so a percentile is off by at most 6.25 %.
/// Safe from many threads; adding allocates nothing.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBuckets = 16;
    private const int SubBits = 4;

    // 2^36 microseconds are 19 hours: longer than anything that is measured here.
    private const int Powers = 36 - SubBits;

    private readonly long[] _counts = new long[(Powers + 1) * SubBuckets];
    private long _maxMicroseconds;

    /// <summary>Adds a duration.</summary>
    public void Add(TimeSpan duration)
    {
        var value = Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        Interlocked.Increment(ref _counts[Index(value)]);
        var max = Volatile.Read(ref _maxMicroseconds);
        while (value > max)
        {
            var seen = Interlocked.CompareExchange(ref _maxMicroseconds, value, max);
            if (seen == max)
                break;
            max = seen;
        }
    }

    /// <summary>The 50th, 95th and 99th percentile and the maximum, in milliseconds; zero when nothing was added.</summary>
    public LatencySummary Summarize()
    {
        var total = _counts.Sum();
        var max = Volatile.Read(ref _maxMicroseconds) / 1000.0;
        return new LatencySummary(Percentile(total, 0.50, max), Percentile(total, 0.95, max), Percentile(total, 0.99, max), max);
    }

    private double Percentile(long total, double share, double max)
    {
        if (total == 0)
            return 0;
        var rank = (long)Math.Ceiling(total * share);
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return Math.Min(Upper(i) / 1000.0, max);
        }

        return max;
    }

    // Below 16 each microsecond has its own bucket; above, the leading bit gives the power and the next four the place in it.
    private static int Index(long value)
    {
        if (value < SubBuckets)
            return (int)value;
        var power = Math.Min(BitOperations.Log2((ulong)value) - SubBits, Powers - 1);
        var place = (int)Math.Min((value >> power) - SubBuckets, SubBuckets - 1);
        return ((power + 1) * SubBuckets) + place;
    }

    private static long Upper(int index)
    {
        var power = (index / SubBuckets) - 1;
        return power < 0 ? index : ((index % SubBuckets) + SubBuckets + 1L) << power;
    }
}

/// <summary>Percentiles in milliseconds.</summary>
internal readonly record struct LatencySummary(double P50, double P95, double P99, double Max);
