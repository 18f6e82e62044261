using Patchbay.Tools.Audio.Quality;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio.Reports;

/// <summary>The sound of a stream as figures.</summary>
internal static class QualityBuilder
{
    public static QualityReport Build(MediaAnalyzer media, NotMeasured gaps)
    {
        var hum = media.Hum.Find();
        if (hum is null && !media.Hum.Measured)
            gaps.Add("quality.hum", "there are less than two seconds to look for hum in");
        var spectrum = media.Spectrum.Mean();
        var noise = media.Spectrum.MeanNoise();
        return new QualityReport(
            Loudness(media, gaps),
            Level(media, gaps),
            Clipping(media),
            new SilenceReport(Figure.Round(media.Silence.Ratio, 6), Rounded(media.Silence.Segments)),
            new DropoutReport(media.Dropouts.Count, Math.Round(media.Dropouts.TotalMs, 3)),
            new ClickReport(media.Clicks.Sum(clicks => clicks.Count)),
            [.. Enumerable.Range(0, media.Channels).Select(channel => Channel(media, channel))],
            Bandwidth(media, spectrum, noise, gaps),
            hum is { } lines ? new HumReport(lines.Hz, Figure.Power(lines.Power) ?? -120) : null,
            gaps.Note(Figure.Power(noise is null ? null : SpectralFigures.FloorPower(noise)), "quality.noise_floor_dbfs",
                noise is null ? "there are fewer than ten spectra without speech" : "the passages without speech are digital silence"),
            noise is null ? null : Figure.Round(SpectralFigures.Tilt(noise, media.Spectrum.BinHz), 2),
            Snr(media, hum is not null, gaps),
            Speech(media, gaps));
    }

    private static LoudnessReport Loudness(MediaAnalyzer media, NotMeasured gaps)
    {
        var loudness = media.Loudness;
        return new LoudnessReport(
            gaps.Note(ReportBuilder.Lufs(loudness.Integrated), "quality.loudness.integrated_lufs", "no block of 400 ms lies above -70 LUFS"),
            gaps.Note(ReportBuilder.Lufs(loudness.Momentary), "quality.loudness.momentary_lufs", "there are less than 400 ms, or the newest are digital silence"),
            gaps.Note(ReportBuilder.Lufs(loudness.MomentaryMax), "quality.loudness.momentary_max_lufs", "there are less than 400 ms, or all is digital silence"),
            gaps.Note(ReportBuilder.Lufs(loudness.ShortTerm), "quality.loudness.short_term_lufs", "there are less than 3 s, or the newest are digital silence"),
            gaps.Note(ReportBuilder.Lufs(loudness.ShortTermMax), "quality.loudness.short_term_max_lufs", "there are less than 3 s, or all is digital silence"),
            gaps.Note(Figure.Round(loudness.Range), "quality.loudness.range_lu", "no 3 s lie above -70 LUFS"),
            loudness.RangeStable,
            gaps.Note(Figure.Magnitude(media.TruePeak), "quality.loudness.true_peak_dbtp", "all is digital silence"));
    }

    private static LevelReport Level(MediaAnalyzer media, NotMeasured gaps)
    {
        var rms = Figure.Power(media.Levels.Power);
        var peak = Figure.Magnitude(media.Levels.Peak);
        if (rms is null)
            gaps.Add("quality.level", media.MeasuredSamples == 0 ? "nothing has been measured yet" : "all is digital silence");
        return new LevelReport(rms, peak, Figure.Round(peak - rms), [.. Enumerable.Range(0, media.Channels).Select(channel => Math.Round(media.Levels.OffsetOf(channel), 6) + 0.0)]);
    }

    private static ClippingReport Clipping(MediaAnalyzer media)
    {
        var totals = media.Clipping.Select(clipping => clipping.Total(media.Levels.Peak)).ToArray();
        double? ratio = media.MeasuredSamples == 0 ? null : (double)totals.Sum(total => total.Samples) / (media.MeasuredSamples * media.Channels);
        return new ClippingReport(totals.Sum(total => total.Events), Figure.Round(ratio, 9), media.Overs);
    }

    private static ChannelReport Channel(MediaAnalyzer media, int channel)
    {
        var (state, other) = media.Comparer.StateOf(channel, media.Levels);
        return new ChannelReport(channel, state, other);
    }

    private static BandwidthReport Bandwidth(MediaAnalyzer media, double[]? spectrum, double[]? noise, NotMeasured gaps)
    {
        // Where there is hardly any speech, what the speech model leaves over is the signal and no noise.
        var measured = spectrum is null ? null : SpectralFigures.Bandwidth(spectrum, media.Speech.Segmenter.Ratio > 0.05 ? noise : null, media.Spectrum.BinHz);
        if (measured is not { } edge)
        {
            gaps.Add("quality.bandwidth", spectrum is null ? "there is less than one spectrum" : "there is no signal");
            return new BandwidthReport(null, null, null);
        }
        return new BandwidthReport(Math.Round(edge.Hz), SpectralFigures.Class(edge.Hz), edge.Sharp);
    }

    private static SnrReport Snr(MediaAnalyzer media, bool hum, NotMeasured gaps)
    {
        var speech = media.Speech;
        var (gated, reason) = speech.Gated.Value;
        if (gated is null)
            gaps.Add("quality.snr.vad_db", reason!);
        var wada = gaps.Note(Figure.Round(speech.Wada.Db), "quality.snr.wada_db", "there is no signal");
        var applicable = wada is not null && speech.Segmenter.Ratio >= 0.1 && !hum && speech.Wada.ZeroShare < 0.1;
        return new SnrReport(Figure.Round(gated), wada, applicable);
    }

    private static SpeechReport Speech(MediaAnalyzer media, NotMeasured gaps)
    {
        var segmenter = media.Speech.Segmenter;
        // The level of sound that nobody speaks is no speech level.
        var level = segmenter.Segments.Count == 0 ? null : media.Speech.Level.Value;
        return new SpeechReport(
            gaps.Note(Figure.Round(segmenter.Ratio, 6), "quality.speech.ratio", "there are less than 32 ms"),
            Rounded(segmenter.Segments),
            segmenter.Turns,
            gaps.Note(Figure.Round(level?.Dbfs), "quality.speech.active_level_dbfs", "no speech was heard"),
            Figure.Round(level?.Activity, 6));
    }

    private static IReadOnlyList<Segment> Rounded(IReadOnlyList<Segment> segments) =>
        [.. segments.Select(segment => new Segment(Math.Round(segment.StartS, 3), Math.Round(segment.EndS, 3)))];
}
