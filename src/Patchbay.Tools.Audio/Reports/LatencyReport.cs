namespace Patchbay.Tools.Audio.Reports;

/// <summary>Times of arrival. On this connection nothing is lost or reordered by the network: its trouble appears as delay.</summary>
/// <param name="JitterMs">RFC 3550 interarrival jitter.</param>
/// <param name="PdvMs">RFC 5481 delay variation over the newest 8,192 frames, drift taken out.</param>
/// <param name="DriftPpm">Growth of the delay: positive when the sender's clock is the slower one.</param>
/// <param name="Stalls">Gaps of more than three frames.</param>
/// <param name="RecommendedBufferMs">Smallest jitter buffer, in whole frames, that at most 1 % of the frames exceed.</param>
/// <param name="RealTimeFactor">Media seconds a wall second over the last ten.</param>
/// <param name="Live">Whether the audio came no faster than it was captured.</param>
/// <param name="AnalysisMs">Receipt of a frame to its audio measured.</param>
/// <param name="OneWayDelayMs">Null: no clocks are compared.</param>
public sealed record LatencyReport(
    JitterReport JitterMs,
    PercentileReport PdvMs,
    double? DriftPpm,
    StallReport Stalls,
    double? RecommendedBufferMs,
    double? RealTimeFactor,
    bool? Live,
    AnalysisReport AnalysisMs,
    double? OneWayDelayMs);

/// <summary>Jitter in milliseconds: now, on average, at most.</summary>
public sealed record JitterReport(double? Current, double? Mean, double? Max);

/// <summary>Percentiles in milliseconds (nearest rank).</summary>
public sealed record PercentileReport(double? P50, double? P95, double? P99, double? P999, double? Max);

/// <summary>Gaps between arrivals.</summary>
public sealed record StallReport(int Count, double LongestMs);

/// <summary>Percentiles in milliseconds, within 4.5 %.</summary>
public sealed record AnalysisReport(double? P50, double? P99);
