using Patchbay.Tools.Audio.Streams;
using static Patchbay.Tools.Audio.Reports.FindingSeverity;

namespace Patchbay.Tools.Audio.Reports;

/// <summary>What a person should know of what went wrong on the way.</summary>
internal static class ErrorFindings
{
    public static void Add(FindingList findings, ErrorReport errors, StreamMeasurements measurements, long invalidFrames)
    {
        Loss(findings, errors, measurements);
        Order(findings, errors);
        if (errors.InvalidSamples > 0)
            InvalidSamples(findings, errors.InvalidSamples, measurements.FirstInvalidS);
        if (invalidFrames > 0)
            findings.Add(Warning, "Frames were refused", $"{invalidFrames} frames held no whole number of samples or no valid packet.", null, "high", "Compare the payload with the codec and channels given to audio/open.", ("invalid_frames", invalidFrames));
        if (errors.EModel is { R: { } r, Mos: { } mos } rating && mos < 3.6)
            findings.Add(mos < 3.1 ? Critical : Warning, "A call over this would be poor", $"The E-model rates its transmission {mos:0.0} of 4.5 (MOS-CQE, not a listening test).", null, rating.Provisional ? "low" : "medium", null, ("r", r), ("mos", mos), ("method", rating.Method));
    }

    /// <summary>Samples that are no numbers.</summary>
    public static void InvalidSamples(FindingList findings, long count, double? sinceS) => findings.Add(
        Critical, "There are samples that are no sound", $"{count} samples were not numbers, infinite, or beyond +60 dBFS; each counts as 0.", sinceS, "high", "Look whether f32le is right and full scale is 1.0.", ("invalid_samples", count));

    private static void Loss(FindingList findings, ErrorReport errors, StreamMeasurements measurements)
    {
        if (errors is not { Lost: > 0, Expected: > 0 })
            return;
        var ratio = (double)errors.Lost.Value / errors.Expected.Value;
        findings.Add(ratio >= 0.05 ? Critical : ratio >= 0.01 ? Warning : Info, "Frames are lost", $"{errors.Lost} of {errors.Expected} frames never came ({100 * ratio:0.##} %).", measurements.FirstLossS, "high",
            "The numbers are the sender's own: they were lost before they reached this connection, or the sender does not count by one.", ("lost", errors.Lost), ("expected", errors.Expected), ("ratio", Math.Round(ratio, 6)), ("bursts", errors.Bursts.Count));
    }

    private static void Order(FindingList findings, ErrorReport errors)
    {
        if (errors.Duplicate > 0)
            findings.Add(errors.Duplicate * 2 > errors.Received ? Critical : Info, "Frames come twice", $"{errors.Duplicate} of {errors.Received} frames had a number that was received before; they are not played.", null, "high", "Count sequence up by one a frame.", ("duplicate", errors.Duplicate));
        if (errors.Reordered > 0)
            findings.Add(Info, "Frames come out of order", $"{errors.Reordered} frames came after one that follows them, by up to {errors.MaxDisplacement}.", null, "high", "Sort them before they are sent here.", ("reordered", errors.Reordered), ("max_displacement", errors.MaxDisplacement));
        if (errors.Restarts > 0 || errors.Strays > 0)
            findings.Add(errors.Strays > 10 ? Critical : Warning, "The numbering jumps", $"{errors.Restarts} restarts and {errors.Strays} stray numbers.", null, "high", "Open a new stream for a new source; count sequence up by one a frame.", ("restarts", errors.Restarts), ("strays", errors.Strays));
        if (errors.ClockLeaps > 0)
            findings.Add(Warning, "The capture clock leaps", $"capture_ts ran backwards or leapt by more than ten seconds {errors.ClockLeaps} times.", null, "high", "Take capture_ts from one steady clock of samples.", ("clock_leaps", errors.ClockLeaps));
    }
}
