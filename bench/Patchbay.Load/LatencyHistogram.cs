using System.Diagnostics;
using System.Numerics;

namespace Patchbay.Load;

/// <summary>Times in microseconds, in buckets that are at most 1/32 wide of what they hold.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 5;

    private readonly long[] _buckets = new long[(64 - SubBits + 1) << SubBits];

    public long Count { get; private set; }

    public double MaxMicroseconds { get; private set; }

    public void Add(long ticks)
    {
        var microseconds = ticks * 1_000_000 / Stopwatch.Frequency;
        _buckets[BucketOf(microseconds)]++;
        Count++;
        MaxMicroseconds = Math.Max(MaxMicroseconds, microseconds);
    }

    /// <summary>The upper edge of the bucket in which a share of all times ends; 0 without any.</summary>
    public double Percentile(double share)
    {
        var rank = (long)Math.Ceiling(Count * share);
        long seen = 0;
        for (var i = 0; i < _buckets.Length && Count > 0; i++)
        {
            seen += _buckets[i];
            if (seen >= rank)
                return Math.Min(EdgeOf(i + 1), MaxMicroseconds);
        }

        return MaxMicroseconds;
    }

    private static int BucketOf(long value)
    {
        if (value < 1 << SubBits)
            return (int)Math.Max(value, 0);
        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) << SubBits) + (int)((value >> shift) - (1 << SubBits));
    }

    private static double EdgeOf(int bucket)
    {
        var shift = (bucket >> SubBits) - 1;
        return shift < 0 ? bucket : (double)((1L << SubBits) + (bucket & ((1 << SubBits) - 1))) * (1L << shift);
    }
}
