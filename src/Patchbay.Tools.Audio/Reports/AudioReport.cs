using System.Text.Json.Serialization;
using Patchbay.Tools.Audio.Codecs;

namespace Patchbay.Tools.Audio.Reports;

/// <summary>What is known of a stream or file. A figure that cannot be known is null, and <see cref="NotMeasured"/> says why.</summary>
public sealed record AudioReport
{
    /// <summary>The stream, or null for a file.</summary>
    public required string? StreamId { get; init; }

    /// <summary><c>open</c> or <c>closed</c>.</summary>
    public required StreamState State { get; init; }

    /// <summary>Why it was closed: <c>client</c>, <c>end_of_stream</c>, <c>idle</c>, <c>session_ended</c>, <c>fault</c>, <c>end_of_file</c>; null while it is open.</summary>
    public required string? ClosedBy { get; init; }

    /// <summary>The label given at opening.</summary>
    public string? Label { get; init; }

    /// <summary>How the payload is coded.</summary>
    public required AudioCodec Codec { get; init; }

    /// <summary>Samples a second.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Number of channels.</summary>
    public required int Channels { get; init; }

    /// <summary>The order of channels that loudness weights are taken from.</summary>
    public required string ChannelLayout { get; init; }

    /// <summary>Seconds of audio, concealed frames included.</summary>
    public required double DurationS { get; init; }

    /// <summary>Frames that were taken.</summary>
    public required long Frames { get; init; }

    /// <summary>Frames that were refused: no whole number of samples, no valid packet.</summary>
    public required long InvalidFrames { get; init; }

    /// <summary>The sound itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QualityReport? Quality { get; init; }

    /// <summary>Times of arrival.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LatencyReport? Latency { get; init; }

    /// <summary>Loss and what it does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorReport? Errors { get; init; }

    /// <summary>What a person should know, worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Figure (as a dotted path) to the reason why it is null.</summary>
    public required IReadOnlyDictionary<string, string> NotMeasured { get; init; }

    /// <summary>Figure or group to the standard and definition behind it.</summary>
    public required IReadOnlyDictionary<string, string> Methods { get; init; }
}

/// <summary>Whether a stream still takes frames.</summary>
public enum StreamState
{
    /// <summary>It takes frames.</summary>
    Open,

    /// <summary>It has ended; its report does not change any more.</summary>
    Closed,
}

/// <summary>Something a person should know.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Evidence">The figures behind it; <c>since_s</c> is where in the stream it began, <c>confidence</c> is <c>high</c>, <c>medium</c> or <c>low</c>.</param>
/// <param name="Hint">What to do, or null.</param>
public sealed record Finding(
    FindingSeverity Severity,
    string Title,
    string Detail,
    IReadOnlyDictionary<string, object?> Evidence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Hint);

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>People will notice.</summary>
    Warning,

    /// <summary>It does not do its work.</summary>
    Critical,
}
