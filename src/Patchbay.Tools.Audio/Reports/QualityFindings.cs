using Patchbay.Tools.Audio.Quality;
using Patchbay.Tools.Audio.Streams;
using static Patchbay.Tools.Audio.Reports.FindingSeverity;

namespace Patchbay.Tools.Audio.Reports;

/// <summary>What a person should know of the sound.</summary>
internal static class QualityFindings
{
    public static void Add(FindingList findings, QualityReport quality, MediaAnalyzer media, NotMeasured gaps)
    {
        if (media.MeasuredSamples == 0)
            return;
        Channels(findings, quality, media);
        Level(findings, quality, media);
        Interruptions(findings, quality, media);
        Noise(findings, quality, media);
        if (!media.Loudness.RangeStable && quality.Loudness.RangeLu is not null)
            gaps.Add("quality.loudness.range_stable", "the loudness range has no stable value in the first 60 s");
    }

    private static void Channels(FindingList findings, QualityReport quality, MediaAnalyzer media)
    {
        foreach (var channel in quality.Channels)
        {
            switch (channel.State)
            {
                case ChannelState.Dead:
                    findings.Add(Critical, $"Channel {channel.Index} is dead", "It carries no signal while another channel does.", 0, "high", "Look at the cable, the routing and the capture device.",
                        ("channel", channel.Index), ("peak_dbfs", Figure.Magnitude(media.Levels.PeakOf(channel.Index))));
                    break;
                case ChannelState.Inverted:
                    findings.Add(Critical, $"Channel {channel.Index} is inverted", $"It is the opposite of channel {channel.RelativeTo}: played as mono the two cancel each other.", 0, "high", "Turn the polarity of one of them.",
                        ("channel", channel.Index), ("correlation", Figure.Round(media.Comparer.Correlation(channel.RelativeTo!.Value, channel.Index, media.Levels), 4)));
                    break;
                case ChannelState.Identical:
                    findings.Add(Info, $"Channel {channel.Index} is the same as channel {channel.RelativeTo}", "The stream is mono in several channels.", 0, "high", "Send one channel: it takes less and measures the same sound.",
                        ("channel", channel.Index), ("relative_to", channel.RelativeTo));
                    break;
            }
        }
    }

    private static void Level(FindingList findings, QualityReport quality, MediaAnalyzer media)
    {
        if (quality.Clipping.Events > 0)
        {
            var first = media.Clipping.Select(clipping => clipping.FirstAt).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
            findings.Add(quality.Clipping.Ratio > 0.001 ? Critical : quality.Clipping.Events >= 3 ? Warning : Info, "The sound is clipped", $"{quality.Clipping.Events} runs of samples stand at the limit.", first < 0 ? null : (double)first / media.SampleRate, "high",
                "Turn the input down before the place where it clips; gain behind it does not help.", ("events", quality.Clipping.Events), ("ratio", quality.Clipping.Ratio), ("peak_dbfs", quality.Level.PeakDbfs));
        }
        else if (quality.Loudness.TruePeakDbtp > 0)
        {
            findings.Add(Warning, "The sound exceeds full scale between samples", "It will clip in a converter or a lossy codec.", media.FirstOverS, "high", "Leave 1 dB below full scale (EBU R 128).",
                ("true_peak_dbtp", quality.Loudness.TruePeakDbtp), ("inter_sample_overs", quality.Clipping.InterSampleOvers));
        }
        if (quality.Loudness.IntegratedLufs is { } loudness && (loudness < -36 || loudness > -10))
        {
            var quiet = loudness < -36;
            findings.Add(Warning, quiet ? "The sound is very quiet" : "The sound is very loud", $"Integrated loudness is {loudness:0.0} LUFS.", null, "high",
                quiet ? "Raise the input gain; broadcast aims at -23 LUFS, calls at about -20." : "Lower the gain; broadcast aims at -23 LUFS.", ("integrated_lufs", loudness));
        }
        for (var channel = 0; channel < quality.Level.DcOffset.Count; channel++)
        {
            if (Math.Abs(quality.Level.DcOffset[channel]) > 0.005)
                findings.Add(Warning, $"Channel {channel} has a DC offset", "Its mean is not zero, which takes headroom and makes clicks at cuts.", 0, "high", "Look at the capture device, or filter below 20 Hz.",
                    ("channel", channel), ("dc_offset", quality.Level.DcOffset[channel]), ("threshold", 0.005));
        }
    }

    private static void Interruptions(FindingList findings, QualityReport quality, MediaAnalyzer media)
    {
        if (quality.Dropouts.Count > 0)
            findings.Add(quality.Dropouts.TotalMs > 20.0 * media.MeasuredSamples / media.SampleRate ? Critical : Warning, "The sound drops out", $"{quality.Dropouts.Count} times it was cut to digital zero, {quality.Dropouts.TotalMs:0} ms in all.",
                media.Dropouts.FirstS, "high", "Look for buffer underruns in the capture and for muting by software.", ("count", quality.Dropouts.Count), ("total_ms", quality.Dropouts.TotalMs));
        if (quality.Clicks.Count > 0)
        {
            var first = media.Clicks.Select(clicks => clicks.FirstAt).Where(at => at >= 0).Min();
            findings.Add(quality.Clicks.Count * media.SampleRate > media.MeasuredSamples ? Warning : Info, "There are clicks", $"{quality.Clicks.Count} discontinuities stand alone in the signal.", (double)first / media.SampleRate, "medium",
                "Look for lost samples and for cuts without a fade.", ("count", quality.Clicks.Count));
        }
        if (quality.Silence.Ratio > 0.9 && media.MeasuredSamples >= 2L * media.SampleRate)
            findings.Add(Warning, "There is almost nothing to hear", $"{quality.Silence.Ratio:P0} of the stream is silence.", quality.Silence.Segments.Count > 0 ? quality.Silence.Segments[0].StartS : null, "high",
                "Look whether the right input is chosen and not muted.", ("silence_ratio", quality.Silence.Ratio));
    }

    private static void Noise(FindingList findings, QualityReport quality, MediaAnalyzer media)
    {
        if (quality.Hum is { LevelDbfs: > -70 } hum)
            findings.Add(hum.LevelDbfs > -45 ? Warning : Info, $"There is {hum.Hz} Hz hum", $"Its lines add up to {hum.LevelDbfs:0.0} dBFS.", null, "medium", "Look for ground loops and unbalanced cables.", ("hz", hum.Hz), ("level_dbfs", hum.LevelDbfs));
        if (quality.Snr.VadDb is < 20 and { } snr)
            findings.Add(snr < 10 ? Warning : Info, "The speech is noisy", $"It stands {snr:0.0} dB above the pauses.", null, quality.Snr.WadaApplicable ? "high" : "medium", "Bring the microphone nearer, or remove the noise at its source.",
                ("snr_vad_db", snr), ("snr_wada_db", quality.Snr.WadaDb), ("noise_floor_dbfs", quality.NoiseFloorDbfs));
        var speech = quality.Speech.Ratio > 0.1;
        if (speech && quality.Bandwidth is { Hz: { } hz, Sharp: true } && hz < 0.35 * media.SampleRate)
            findings.Add(Info, "The sound was narrower before it came here", $"It ends at {hz:0} Hz, while the sampling rate would carry {media.SampleRate / 2} Hz.", null, "medium", "Look for a telephone or Bluetooth hop or a resampler on the way.",
                ("bandwidth_hz", hz), ("class", quality.Bandwidth.Class), ("sample_rate", media.SampleRate));
    }
}
