using System.Text.Json.Serialization.Metadata;
using Patchbay.Tools.Audio.Reports;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>Data of <c>audio.level</c>.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="StreamNo">Its number in frames.</param>
/// <param name="Label">Its label, or null.</param>
/// <param name="TimeS">Seconds of audio measured so far.</param>
/// <param name="MomentaryLufs">The newest 400 ms.</param>
/// <param name="ShortTermLufs">The newest 3 s.</param>
/// <param name="TruePeakDbtp">Largest so far.</param>
/// <param name="SpeechProbability">The newest, 0 to 1.</param>
/// <param name="Channels">The newest 10 ms of each channel; the peak since the last event.</param>
internal sealed record LevelEvent(
    string StreamId,
    int StreamNo,
    string? Label,
    double TimeS,
    double? MomentaryLufs,
    double? ShortTermLufs,
    double? TruePeakDbtp,
    double SpeechProbability,
    IReadOnlyList<ChannelLevel> Channels)
{
    public static JsonTypeInfo<LevelEvent> TypeInfo { get; } = ToolJson.TypeInfo<LevelEvent>();

    public static LevelEvent Of(StreamIdentity identity, MediaAnalyzer media) => new(
        identity.StreamId,
        identity.StreamNo,
        identity.Label,
        Math.Round((double)media.MeasuredSamples / media.SampleRate, 3),
        ReportBuilder.Lufs(media.Loudness.Momentary),
        ReportBuilder.Lufs(media.Loudness.ShortTerm),
        Figure.Magnitude(media.TruePeak),
        Math.Round(media.SpeechProbability, 3),
        [.. Enumerable.Range(0, media.Channels).Select(channel => new ChannelLevel(Figure.Power(media.Levels.HopPowerOf(channel)), Figure.Magnitude(media.Levels.TakeHeldPeak(channel))))]);
}

/// <summary>One channel's meters; null stands for digital silence.</summary>
internal sealed record ChannelLevel(double? RmsDbfs, double? PeakDbfs);

/// <summary>Data of <c>audio.finding</c>.</summary>
internal sealed record FindingEvent(string StreamId, int StreamNo, string? Label, Finding Finding)
{
    public static JsonTypeInfo<FindingEvent> TypeInfo { get; } = ToolJson.TypeInfo<FindingEvent>();
}
