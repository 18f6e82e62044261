namespace Patchbay.Tools.Workflow.Statistics;

/// <summary>The modified z-score of Iglewicz and Hoaglin (1993): 0.6745 (x - median) / MAD.</summary>
internal readonly struct RobustScore
{
    /// <summary>Above this, in either direction, a value is called an outlier.</summary>
    public const double Threshold = 3.5;

    /// <summary>With fewer values than this nothing is called an outlier.</summary>
    public const int MinimumCount = 20;

    private const double Consistency = 0.6745;

    /// <summary>The spread is never taken as less than this share of the median, or than a microsecond, so that constant data does not make every rounding an outlier.</summary>
    private const double Floor = 0.01;

    private const double FloorNanoseconds = 1000;

    private readonly double _median;
    private readonly double _spread;

    /// <param name="sorted">The sample, sorted, not empty.</param>
    public RobustScore(ReadOnlySpan<long> sorted)
    {
        _median = Quantile.Of(sorted, 0.5);
        _spread = Math.Max(Quantile.MedianAbsoluteDeviation(sorted, _median), Math.Max(FloorNanoseconds, Floor * Math.Abs(_median)));
    }

    public double Of(long value) => Consistency * (value - _median) / _spread;
}
