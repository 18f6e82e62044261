namespace Patchbay.Tools.Audio.Reports;

/// <summary>Loss by the sender's own numbers, and what it does to a call.</summary>
/// <param name="Expected">RFC 3550 A.3: largest number - first + 1.</param>
/// <param name="Received">Frames taken, duplicates included.</param>
/// <param name="Lost">Frames that never came (duplicates do not make up for them).</param>
/// <param name="LostRfc3550">Expected - received, signed, as RFC 3550 reports it.</param>
/// <param name="Late">Frames the recommended jitter buffer would have discarded; null when the stream is not live.</param>
/// <param name="Duplicate">Frames received again.</param>
/// <param name="Reordered">RFC 4737: frames after one that follows them.</param>
/// <param name="MaxDisplacement">Largest distance of a reordered frame, in frames.</param>
/// <param name="Restarts">How often the sender began a new numbering.</param>
/// <param name="Strays">Frames far from everything that no other followed.</param>
/// <param name="ClockLeaps">How often capture_ts ran backwards or leapt by more than ten seconds.</param>
/// <param name="Bursts">RFC 3611 §4.7.2, Gmin = 16, of what was lost or late.</param>
/// <param name="Gilbert">Two-state fit of the same.</param>
/// <param name="Concealed">Frames that were filled in.</param>
/// <param name="InvalidSamples">Samples that were not numbers, infinite or absurd; each counts as 0.</param>
/// <param name="EModel">Estimated transmission quality.</param>
public sealed record ErrorReport(
    long? Expected,
    long? Received,
    long? Lost,
    long? LostRfc3550,
    long? Late,
    long? Duplicate,
    long? Reordered,
    long? MaxDisplacement,
    int? Restarts,
    long? Strays,
    int? ClockLeaps,
    BurstReport Bursts,
    GilbertReport Gilbert,
    ConcealedReport Concealed,
    long InvalidSamples,
    EModelReport EModel);

/// <summary>Bursts and gaps.</summary>
public sealed record BurstReport(int? Count, double? Density, double? MeanMs, double? GapDensity, double? GapMeanMs);

/// <summary>p = P(lost | received), q = P(received | lost), burst_r = 1/(p + q), at least 1.</summary>
public sealed record GilbertReport(double? P, double? Q, double? BurstR);

/// <summary>Frames filled in for lost ones, and their share of all that was measured.</summary>
public sealed record ConcealedReport(long Frames, double? Ratio, double LongestMs);

/// <summary>E-model: estimated transmission quality (MOS-CQE), not a listening test.</summary>
/// <param name="R">Rating, 0 to 100 (narrowband) or 0 to 129 (wideband).</param>
/// <param name="Mos">MOS-CQE, 1 to 4.5.</param>
/// <param name="Method">The recommendation used.</param>
/// <param name="Provisional">True where no recommendation gives the parameters.</param>
/// <param name="Assumptions">Every input, and where it is from.</param>
public sealed record EModelReport(double? R, double? Mos, string? Method, bool Provisional, IReadOnlyDictionary<string, object?> Assumptions);
