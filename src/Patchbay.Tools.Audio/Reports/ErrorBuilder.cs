using Patchbay.Tools.Audio.Network;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio.Reports;

/// <summary>Loss as figures.</summary>
internal static class ErrorBuilder
{
    /// <summary>For a file.</summary>
    public static ErrorReport None(long invalidSamples) => new(
        null, null, null, null, null, null, null, null, null, null, null,
        new BurstReport(null, null, null, null, null),
        new GilbertReport(null, null, null),
        new ConcealedReport(0, null, 0),
        invalidSamples,
        new EModelReport(null, null, null, false, new Dictionary<string, object?>(StringComparer.Ordinal)));

    public static ErrorReport Build(StreamMeasurements measurements, DelayFigures delays, NotMeasured gaps)
    {
        var sequence = measurements.Network.Sequence;
        var lost = sequence.Expected - (sequence.Received - sequence.Duplicates);
        var bursts = delays.Bursts;
        if (delays.Late is null)
            gaps.Add("errors.late", "the stream is not live: its delays say nothing of a buffer");
        if (bursts.BurstR is null)
            gaps.Add("errors.gilbert", "nothing was lost, or nothing else was received");
        var measured = measurements.Media.Samples;
        return new ErrorReport(
            sequence.Expected,
            sequence.Received,
            lost,
            sequence.Expected - sequence.Received,
            delays.Late,
            sequence.Duplicates,
            sequence.Reordered,
            sequence.LargestDisplacement,
            sequence.Restarts,
            sequence.Strays,
            measurements.Network.ClockLeaps,
            new BurstReport(bursts.Count, Figure.Round(bursts.Density, 6), Figure.Round(bursts.MeanMs), Figure.Round(bursts.GapDensity, 6), Figure.Round(bursts.GapMeanMs)),
            new GilbertReport(Figure.Round(bursts.P, 6), Figure.Round(bursts.Q, 6), Figure.Round(bursts.BurstR, 6)),
            new ConcealedReport(
                measurements.ConcealedFrames,
                measured == 0 ? null : Figure.Round((double)measurements.ConcealedSamples / measured, 6),
                Math.Round(measurements.LongestConcealedMs, 3)),
            measurements.InvalidSamples,
            Rating(measurements, delays, lost, gaps));
    }

    private static EModelReport Rating(StreamMeasurements measurements, DelayFigures delays, long lost, NotMeasured gaps)
    {
        var sequence = measurements.Network.Sequence;
        if (sequence.Expected < 2)
        {
            gaps.Add("errors.e_model", "there are fewer than two frames");
            return new EModelReport(null, null, null, false, new Dictionary<string, object?>(StringComparer.Ordinal));
        }
        var loss = 100.0 * (lost + (delays.Late ?? 0)) / sequence.Expected;
        return EModelBuilder.Build(measurements.Format, measurements.Network.FrameS * 1000, delays.BufferS * 1000, loss, delays.Bursts.BurstR ?? 1);
    }
}
