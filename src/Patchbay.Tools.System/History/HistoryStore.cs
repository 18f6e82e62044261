namespace Patchbay.Tools.System.History;

/// <summary>Every series in three resolutions: 15 minutes by the second, 6 hours by 10 seconds, a day by the minute. Constant memory.</summary>
internal sealed class HistoryStore(int series)
{
    private readonly ITier[] _tiers = [new RawTier(series, 900), new FoldedTier(series, 10, 2160), new FoldedTier(series, 60, 1440)];
    private long _first = -1;

    /// <summary>The second of the newest row; -1 before the first.</summary>
    public long Latest { get; private set; } = -1;

    /// <summary>The tiers, finest first.</summary>
    public IReadOnlyList<ITier> Tiers => _tiers;

    /// <summary>Adds the row of a second; seconds never go back.</summary>
    public void Append(long second, ReadOnlySpan<double> row)
    {
        foreach (var tier in _tiers)
            tier.Append(second, row);
        if (_first < 0)
            _first = second;
        Latest = second;
    }

    /// <summary>Where to read the last <paramref name="seconds"/> in at most <paramref name="maxPoints"/> points, or null when there is nothing.</summary>
    public HistoryRange? Range(int seconds, int maxPoints)
    {
        if (Latest < 0 || seconds <= 0)
            return null;
        var begin = Math.Max(_first, Latest - seconds + 1);
        var span = Latest - begin + 1;
        var tier = Array.Find(_tiers, candidate => span <= (long)candidate.Slots * candidate.StepSeconds) ?? _tiers[^1];
        var fold = (int)Math.Max(1, (span + (long)tier.StepSeconds * maxPoints - 1) / ((long)tier.StepSeconds * maxPoints));
        var step = tier.StepSeconds * fold;
        var last = Latest / step;
        // Points are aligned to their step, so the oldest may be cut short rather than be one too many.
        var points = (int)Math.Min(last - begin / step + 1, maxPoints);
        return new HistoryRange(tier, step, last - points + 1, points, begin);
    }
}
