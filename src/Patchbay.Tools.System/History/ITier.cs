namespace Patchbay.Tools.System.History;

/// <summary>One resolution of the history.</summary>
internal interface ITier
{
    /// <summary>Seconds in a bucket.</summary>
    int StepSeconds { get; }

    /// <summary>How many buckets are kept.</summary>
    int Slots { get; }

    /// <summary>Adds the row of a second; seconds never go back. Allocates nothing.</summary>
    void Append(long second, ReadOnlySpan<double> row);

    /// <summary>What is known of a bucket (its number is second / step).</summary>
    TierPoint Read(int column, long bucket);
}

/// <summary>A bucket: the least, the mean and the greatest of <paramref name="Count"/> values.</summary>
internal readonly record struct TierPoint(double Min, double Mean, double Max, int Count)
{
    /// <summary>A bucket without a value.</summary>
    public static TierPoint None => new(double.NaN, double.NaN, double.NaN, 0);

    /// <summary>Both buckets as one: the mean is weighted by the counts, and a spike stays the maximum.</summary>
    public TierPoint With(TierPoint other)
    {
        if (Count == 0)
            return other;
        if (other.Count == 0)
            return this;
        var count = Count + other.Count;
        return new TierPoint(Math.Min(Min, other.Min), (Mean * Count + other.Mean * other.Count) / count, Math.Max(Max, other.Max), count);
    }
}
