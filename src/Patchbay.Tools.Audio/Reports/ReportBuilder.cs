using Patchbay.Tools.Audio.Loudness;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio.Reports;

/// <summary>Puts a report together from the measurements as they stand.</summary>
internal static class ReportBuilder
{
    public static AudioReport Build(AudioStream stream, StreamMeasurements measurements, string? closedBy, ReportSections sections)
    {
        var gaps = new NotMeasured();
        var findings = new FindingList();
        var media = measurements.Media;
        var delays = measurements.Network.Delays.Measure(measurements.Network.Drift.Slope, measurements.Network.FrameS, measurements.Network.Live);
        var quality = sections.HasFlag(ReportSections.Quality) ? QualityBuilder.Build(media, gaps) : null;
        var latency = sections.HasFlag(ReportSections.Latency) ? LatencyBuilder.Build(measurements.Network, delays, gaps) : null;
        var errors = sections.HasFlag(ReportSections.Errors) ? ErrorBuilder.Build(measurements, delays, gaps) : null;
        if (quality is not null)
            QualityFindings.Add(findings, quality, media, gaps);
        if (latency is not null)
            LatencyFindings.Add(findings, latency, measurements.Network);
        if (errors is not null)
            ErrorFindings.Add(findings, errors, measurements, stream.InvalidFrames);
        if (closedBy == ClosedBy.Idle)
            findings.Add(FindingSeverity.Info, "The stream was forgotten", "No frame came for so long that the server closed it.", null, "high", "Close streams with audio/close or the end-of-stream flag.");
        return Head(stream.Identity.StreamId, stream.Identity.Label, stream.Format, closedBy) with
        {
            DurationS = Math.Round((double)media.Samples / media.SampleRate, 6),
            Frames = measurements.Frames,
            InvalidFrames = stream.InvalidFrames,
            Quality = quality,
            Latency = latency,
            Errors = errors,
            Findings = findings.Sorted,
            NotMeasured = gaps.Reasons,
        };
    }

    /// <summary>The report of a file: the sound, and of arrivals nothing but that there were none.</summary>
    public static AudioReport BuildFile(StreamFormat format, MediaAnalyzer media, long invalidSamples, IReadOnlyList<Finding> remarks)
    {
        var gaps = new NotMeasured();
        var findings = new FindingList();
        foreach (var remark in remarks)
            findings.Add(remark);
        var quality = QualityBuilder.Build(media, gaps);
        QualityFindings.Add(findings, quality, media, gaps);
        gaps.Add("latency", "a file has no times of arrival");
        gaps.Add("errors", "a file has no frames to lose; only invalid_samples is counted");
        if (invalidSamples > 0)
            ErrorFindings.InvalidSamples(findings, invalidSamples, null);
        return Head(null, null, format, ClosedBy.EndOfFile) with
        {
            DurationS = Math.Round((double)media.Samples / media.SampleRate, 6),
            Quality = quality,
            Latency = LatencyBuilder.None,
            Errors = ErrorBuilder.None(invalidSamples),
            Findings = findings.Sorted,
            NotMeasured = gaps.Reasons,
        };
    }

    /// <summary>What can be said of a stream whose analysis failed.</summary>
    public static AudioReport Empty(AudioStream stream, string closedBy) => Head(stream.Identity.StreamId, stream.Identity.Label, stream.Format, closedBy) with
    {
        DurationS = stream.DurationS,
        InvalidFrames = stream.InvalidFrames,
        NotMeasured = new Dictionary<string, string>(StringComparer.Ordinal) { ["quality"] = "the analysis failed", ["latency"] = "the analysis failed", ["errors"] = "the analysis failed" },
    };

    /// <summary>The same report with only some of its parts.</summary>
    public static AudioReport Only(this AudioReport report, ReportSections sections) => sections == ReportSections.All ? report : report with
    {
        Quality = sections.HasFlag(ReportSections.Quality) ? report.Quality : null,
        Latency = sections.HasFlag(ReportSections.Latency) ? report.Latency : null,
        Errors = sections.HasFlag(ReportSections.Errors) ? report.Errors : null,
    };

    /// <summary>LUFS of an energy; null for none and for silence.</summary>
    public static double? Lufs(double? energy) => energy is > 0 ? Figure.Round(LoudnessMeter.ToLufs(energy.Value)) : null;

    private static AudioReport Head(string? streamId, string? label, StreamFormat format, string? closedBy) => new()
    {
        StreamId = streamId,
        State = closedBy is null ? StreamState.Open : StreamState.Closed,
        ClosedBy = closedBy,
        Label = label,
        Codec = format.Codec,
        SampleRate = format.SampleRate,
        Channels = format.Channels,
        ChannelLayout = ChannelLayout.Name(format.Channels),
        DurationS = 0,
        Frames = 0,
        InvalidFrames = 0,
        Findings = [],
        NotMeasured = new Dictionary<string, string>(StringComparer.Ordinal),
        Methods = Methods.All,
    };
}
