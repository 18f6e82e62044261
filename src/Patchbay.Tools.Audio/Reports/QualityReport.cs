using Patchbay.Tools.Audio.Quality;

namespace Patchbay.Tools.Audio.Reports;

/// <summary>The sound of a stream.</summary>
public sealed record QualityReport(
    LoudnessReport Loudness,
    LevelReport Level,
    ClippingReport Clipping,
    SilenceReport Silence,
    DropoutReport Dropouts,
    ClickReport Clicks,
    IReadOnlyList<ChannelReport> Channels,
    BandwidthReport Bandwidth,
    HumReport? Hum,
    double? NoiseFloorDbfs,
    double? NoiseTiltDbPerOctave,
    SnrReport Snr,
    SpeechReport Speech);

/// <summary>Loudness by ITU-R BS.1770-5 and EBU R 128, in LUFS and LU.</summary>
/// <param name="IntegratedLufs">Gated, over the whole stream.</param>
/// <param name="MomentaryLufs">The newest 400 ms.</param>
/// <param name="MomentaryMaxLufs">The loudest 400 ms.</param>
/// <param name="ShortTermLufs">The newest 3 s.</param>
/// <param name="ShortTermMaxLufs">The loudest 3 s.</param>
/// <param name="RangeLu">EBU Tech 3342.</param>
/// <param name="RangeStable">False in the first 60 s, in which the range has no stable value.</param>
/// <param name="TruePeakDbtp">Largest magnitude of the oversampled signal.</param>
public sealed record LoudnessReport(
    double? IntegratedLufs,
    double? MomentaryLufs,
    double? MomentaryMaxLufs,
    double? ShortTermLufs,
    double? ShortTermMaxLufs,
    double? RangeLu,
    bool RangeStable,
    double? TruePeakDbtp);

/// <summary>Level over the whole life.</summary>
/// <param name="RmsDbfs">Root of the mean square over all channels; a full-scale sine reads -3.01.</param>
/// <param name="PeakDbfs">Largest sample.</param>
/// <param name="CrestDb">Peak over RMS.</param>
/// <param name="DcOffset">Mean a channel, as a share of full scale.</param>
public sealed record LevelReport(double? RmsDbfs, double? PeakDbfs, double? CrestDb, IReadOnlyList<double> DcOffset);

/// <summary>Clipping.</summary>
/// <param name="Events">Runs of clipped samples.</param>
/// <param name="Ratio">Share of all samples that are in such a run.</param>
/// <param name="InterSampleOvers">Hops of 10 ms whose true peak lies above full scale.</param>
public sealed record ClippingReport(int Events, double? Ratio, int InterSampleOvers);

/// <summary>Silence; the newest 200 stretches are listed.</summary>
public sealed record SilenceReport(double? Ratio, IReadOnlyList<Segment> Segments);

/// <summary>Cut-off sound: digital zero of 20 ms or more after level.</summary>
public sealed record DropoutReport(int Count, double TotalMs);

/// <summary>Discontinuities that stand alone.</summary>
public sealed record ClickReport(int Count);

/// <summary>A channel beside the others.</summary>
/// <param name="Index">From 0.</param>
/// <param name="State">What it is.</param>
/// <param name="RelativeTo">The earlier channel it is the same or the opposite of.</param>
public sealed record ChannelReport(int Index, ChannelState State, int? RelativeTo);

/// <summary>Effective bandwidth.</summary>
/// <param name="Hz">Upper edge; null when there is no signal.</param>
/// <param name="Class"><c>NB</c>, <c>MB</c>, <c>WB</c>, <c>SWB</c> or <c>FB</c> (RFC 6716).</param>
/// <param name="Sharp">Whether the level falls by 20 dB or more just above.</param>
public sealed record BandwidthReport(double? Hz, string? Class, bool? Sharp);

/// <summary>Mains hum.</summary>
/// <param name="Hz">50 or 60.</param>
/// <param name="LevelDbfs">Power of all its lines.</param>
public sealed record HumReport(int Hz, double LevelDbfs);

/// <summary>Signal to noise.</summary>
/// <param name="VadDb">From the frames with and without speech.</param>
/// <param name="WadaDb">From the distribution of amplitudes, a second opinion.</param>
/// <param name="WadaApplicable">False without speech, with hum, or with digital silence: the assumptions of the method do not hold.</param>
public sealed record SnrReport(double? VadDb, double? WadaDb, bool WadaApplicable);

/// <summary>Speech by Silero VAD; the newest 200 stretches are listed.</summary>
/// <param name="Ratio">Share of the time that is speech.</param>
/// <param name="Segments">Stretches of speech.</param>
/// <param name="Turns">Stretches with less than a second between them count as one.</param>
/// <param name="ActiveLevelDbfs">ITU-T P.56 method B: the level while somebody speaks; null without speech.</param>
/// <param name="ActivityFactor">ITU-T P.56: the share of the time that this is the level of, 0 to 1.</param>
public sealed record SpeechReport(double? Ratio, IReadOnlyList<Segment> Segments, int Turns, double? ActiveLevelDbfs, double? ActivityFactor);
