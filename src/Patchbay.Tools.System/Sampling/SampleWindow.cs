namespace Patchbay.Tools.System.Sampling;

/// <summary>Two samples between which rates are taken.</summary>
/// <param name="Timeline">The times of the samples.</param>
/// <param name="From">Number of the earlier sample.</param>
/// <param name="To">Number of the later sample.</param>
internal readonly record struct SampleWindow(SampleTimeline Timeline, long From, long To)
{
    /// <summary>Whether there is an earlier sample at all: the first has no rates.</summary>
    public bool HasRates => To > From && From >= 0;

    /// <summary>Measured length; NaN without an earlier sample.</summary>
    public double Seconds => HasRates ? Timeline.Seconds(From, To) : double.NaN;

    /// <summary>The longest time between two samples within; NaN without an earlier sample.</summary>
    public double LongestStep
    {
        get
        {
            var longest = double.NaN;
            for (var sample = From; HasRates && sample < To; sample++)
                longest = double.IsNaN(longest) ? Timeline.Seconds(sample, sample + 1) : Math.Max(longest, Timeline.Seconds(sample, sample + 1));
            return longest;
        }
    }
}
