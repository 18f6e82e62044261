using Patchbay.Tools.Audio.Network;

namespace Patchbay.Tools.Audio.Reports;

/// <summary>Times of arrival as figures.</summary>
internal static class LatencyBuilder
{
    /// <summary>For a file.</summary>
    public static LatencyReport None { get; } = new(
        new JitterReport(null, null, null), new PercentileReport(null, null, null, null, null), null, new StallReport(0, 0), null, null, null, new AnalysisReport(null, null), null);

    public static LatencyReport Build(NetworkMeter network, DelayFigures delays, NotMeasured gaps)
    {
        gaps.Add("latency.one_way_delay_ms", "no clocks were compared");
        var jitter = network.Jitter;
        var clock = network.ClockRuns;
        if (!clock)
            gaps.Add("latency", "capture_ts does not advance");
        else if (jitter.Count == 0)
            gaps.Add("latency", "there are fewer than two frames");
        else if (!network.Live)
            gaps.Add("latency.recommended_buffer_ms", "the audio came faster than it was captured");
        if (network.Drift.Slope is null)
            gaps.Add("latency.drift_ppm", "there are less than 30 s, or the delays show no steady drift");
        return new LatencyReport(
            !clock || jitter.Count == 0 ? None.JitterMs : new JitterReport(Figure.Ms(jitter.Current), Figure.Ms(jitter.Mean), Figure.Ms(jitter.Max)),
            !clock ? None.PdvMs : new PercentileReport(At(delays, 0.5), At(delays, 0.95), At(delays, 0.99), At(delays, 0.999), At(delays, 1)),
            clock ? Figure.Round(network.Drift.Slope * 1e6, 2) : null,
            new StallReport(network.Arrivals.Stalls, Math.Round(network.Arrivals.LongestStallS * 1000, 3)),
            Figure.Ms(delays.BufferS),
            gaps.Note(Figure.Round(network.Arrivals.RealTimeFactor, 4), "latency.real_time_factor", "there is less than a tenth of a second of arrivals"),
            jitter.Count == 0 ? null : network.Live,
            new AnalysisReport(Figure.Ms(network.Analysis.Percentile(0.5)), Figure.Ms(network.Analysis.Percentile(0.99))),
            null);
    }

    private static double? At(DelayFigures delays, double share) => Figure.Round(delays.PercentileMs(share));
}
