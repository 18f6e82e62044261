namespace Patchbay.Tools.System.History;

/// <summary>A stretch of the history at one resolution.</summary>
/// <param name="Tier">Where the values come from.</param>
/// <param name="StepSeconds">Seconds between two points, a multiple of the tier's.</param>
/// <param name="FirstPoint">Number of the first point; it begins at second <c>FirstPoint × StepSeconds</c>.</param>
/// <param name="Points">How many points there are.</param>
/// <param name="BeginSecond">The first second asked for; earlier buckets of the tier are left out.</param>
internal sealed record HistoryRange(ITier Tier, int StepSeconds, long FirstPoint, int Points, long BeginSecond)
{
    private int Fold => StepSeconds / Tier.StepSeconds;

    /// <summary>The second the first point begins with.</summary>
    public long FirstSecond => FirstPoint * StepSeconds;

    /// <summary>The folded points of a series, oldest first.</summary>
    public TierPoint[] Read(int column)
    {
        var points = new TierPoint[Points];
        for (var i = 0; i < Points; i++)
        {
            var point = TierPoint.None;
            for (var bucket = (FirstPoint + i) * Fold; bucket < (FirstPoint + i + 1) * Fold; bucket++)
                point = point.With(ReadAsked(column, bucket));
            points[i] = point;
        }

        return points;
    }

    /// <summary>The tier's own buckets of a series, oldest first: what statistics are taken from.</summary>
    public IEnumerable<TierPoint> Buckets(int column)
    {
        for (var bucket = FirstPoint * Fold; bucket < (FirstPoint + Points) * Fold; bucket++)
            yield return ReadAsked(column, bucket);
    }

    // A bucket that ends before the first second asked for belongs to nobody's question.
    private TierPoint ReadAsked(int column, long bucket) =>
        (bucket + 1) * Tier.StepSeconds <= BeginSecond ? TierPoint.None : Tier.Read(column, bucket);
}
