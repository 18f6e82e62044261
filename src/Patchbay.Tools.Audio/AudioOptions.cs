using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Patchbay.Tools.Audio;

/// <summary>Settings of the audio tools, section <c>Patchbay:Audio</c>. A value out of range stops the start.</summary>
public sealed class AudioOptions
{
    /// <summary>Where the settings stand.</summary>
    public const string Section = "Patchbay:Audio";

    /// <summary>Open streams of one session; one more is refused with <c>SERVER_OVERLOADED</c>.</summary>
    /// <value>The default is 64; 1 to 1,000.</value>
    [Range(1, 1000)]
    public int MaxStreamsPerSession { get; set; } = 64;

    /// <summary>Open streams of the whole server; one more is refused with <c>SERVER_OVERLOADED</c>.</summary>
    /// <value>The default is 1,000; 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 1000;

    /// <summary>Bytes of frames a stream may have waiting for analysis; a full queue holds back the reading of the connection.</summary>
    /// <value>The default is 196,608; 131,072 (always room for the largest frame) to 4,194,304.</value>
    [Range(131_072, 4_194_304)]
    public int QueueBytes { get; set; } = 196_608;

    /// <summary>A stream without a frame for so long is closed.</summary>
    /// <value>The default is 300 seconds; 10 to 86,400.</value>
    [Range(10, 86_400)]
    public int IdleTimeoutSeconds { get; set; } = 300;

    /// <summary>How long the final report of a closed stream can be read.</summary>
    /// <value>The default is 10 minutes; 1 to 1,440.</value>
    [Range(1, 1440)]
    public int ReportRetentionMinutes { get; set; } = 10;

    /// <summary>Final reports kept at most; the oldest goes first.</summary>
    /// <value>The default is 1,000; 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int MaxRetainedReports { get; set; } = 1000;

    /// <summary>Hops of 10 ms below this level are silence.</summary>
    /// <value>The default is -60 dBFS; -100 to -20.</value>
    [Range(-100.0, -20.0)]
    public double SilenceThresholdDbfs { get; set; } = -60;
}

/// <summary>Checks the ranges of <see cref="AudioOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class AudioOptionsValidator : IValidateOptions<AudioOptions>;
