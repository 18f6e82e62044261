namespace Patchbay.Tools.System.Sampling;

/// <summary>Reads one area of the machine. All members are called under the sampler's lock.</summary>
internal interface IMetricSource : IDisposable
{
    /// <summary>Reads the counters. Must not allocate in steady state.</summary>
    /// <param name="sample">The number of the sample, rising by one.</param>
    void Sample(long sample);

    /// <summary>Writes this sample's values into the history row, which holds NaN where nothing was written. Must not allocate.</summary>
    void Record(in SampleWindow lastStep, Span<double> row);
}

/// <summary>A source that answers with a report.</summary>
/// <typeparam name="TReport">What it reports.</typeparam>
internal interface IMetricSource<out TReport> : IMetricSource
{
    /// <summary>The current figures; what cannot be known is null.</summary>
    TReport Report(in SampleWindow window);
}
