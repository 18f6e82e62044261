namespace Patchbay.AspNetCore.Telemetry.Exposition;

/// <summary>The numbers of one family under one set of labels. Safe from many threads; recording allocates nothing.</summary>
internal abstract class Series(string labels)
{
    /// <summary>The labels as they stand between the braces.</summary>
    public string Labels => labels;

    public abstract void Record(double value);

    /// <summary>Adds to a number that other threads add to as well.</summary>
    protected static void Add(ref double target, double value)
    {
        double seen;
        do
            seen = Volatile.Read(ref target);
        while (Interlocked.CompareExchange(ref target, seen + value, seen) != seen);
    }
}

/// <summary>A sum of changes.</summary>
internal sealed class SumSeries(string labels) : Series(labels)
{
    private double _sum;

    public double Value => Volatile.Read(ref _sum);

    public override void Record(double value) => Add(ref _sum, value);
}

/// <summary>The last value told, and at which collection.</summary>
internal sealed class WholeSeries(string labels) : Series(labels)
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    /// <summary>Whether it was told since this was last set to false.</summary>
    public bool IsFresh { get; set; }

    public override void Record(double value)
    {
        Volatile.Write(ref _value, value);
        IsFresh = true;
    }
}

/// <summary>Counts per bucket, and the sum.</summary>
internal sealed class HistogramSeries(string labels, double[] boundaries) : Series(labels)
{
    private readonly long[] _counts = new long[boundaries.Length + 1];
    private double _sum;

    /// <summary>The upper ends of the buckets, inclusive; above the last is one more.</summary>
    public IReadOnlyList<double> Boundaries => boundaries;

    public double Sum => Volatile.Read(ref _sum);

    public override void Record(double value)
    {
        var bucket = 0;
        while (bucket < boundaries.Length && value > boundaries[bucket])
            bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Add(ref _sum, value);
    }

    /// <summary>How many there are up to each boundary, and in all.</summary>
    public long[] Cumulate()
    {
        var counts = new long[_counts.Length];
        var sum = 0L;
        for (var i = 0; i < counts.Length; i++)
            counts[i] = sum += Interlocked.Read(ref _counts[i]);
        return counts;
    }
}
