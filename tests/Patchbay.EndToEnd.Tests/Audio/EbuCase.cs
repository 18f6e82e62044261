using Patchbay.Tools.Audio.Tests;
using Patchbay.Tools.Audio.Tests.Loudness;

namespace Patchbay.EndToEnd.Tests.Audio;

/// <summary>A case of EBU Tech 3341 Table 1 or Tech 3342 Table 1: a stream of 48 kHz in parts, and what the meter must show behind each part.</summary>
/// <param name="Channels">How many channels.</param>
/// <param name="Parts">What is sent, one after the other.</param>
internal sealed record EbuCase(int Channels, IReadOnlyList<EbuPart> Parts)
{
    /// <summary>All that can be synthesized; 3341-7 and 8, 3342-5 and 6 are recorded programmes.</summary>
    public static IReadOnlyDictionary<string, Func<EbuCase>> All { get; } = Make().ToDictionary();

    private static IEnumerable<KeyValuePair<string, Func<EbuCase>>> Make()
    {
        string[] all = ["momentary_lufs", "short_term_lufs", "integrated_lufs"];
        yield return Of("3341-1", () => Loud(-23, all, (20, -23)));
        yield return Of("3341-2", () => Loud(-33, all, (20, -33)));
        yield return Of("3341-3", () => Loud(-23, ["integrated_lufs"], (10, -36), (60, -23), (10, -36)));
        yield return Of("3341-4", () => Loud(-23, ["integrated_lufs"], (10, -72), (10, -36), (60, -23), (10, -36), (10, -72)));
        yield return Of("3341-5", () => Loud(-23, ["integrated_lufs"], (20, -26), (20.1, -20), (20, -26)));
        yield return Of("3341-6", () => new EbuCase(5, [new(Surround(-28, -28, -24, -30, -30), ["integrated_lufs"], -23)]));
        yield return Of("3341-9", () => Constant("short_term_lufs", 3, Signals.Repeat(5, (1.34, -20), (1.66, -30))));
        yield return Of("3341-11", () => Successive("short_term_max_lufs", i => [(i * 0.15, null), (3, -38 + i), (3 - (i * 0.15), null)]));
        yield return Of("3341-12", () => Constant("momentary_lufs", 1, Signals.Repeat(25, (0.18, -20), (0.22, -30))));
        yield return Of("3341-14", () => Successive("momentary_max_lufs", i => [(i * 0.02, null), (0.4, -38 + i), (0.4 - (i * 0.02), null)]));
        for (var i = 0; i < 20; i++)
        {
            var step = i;
            yield return Of($"3341-10, {step}", () => Loud(-23, ["short_term_max_lufs"], (step * 0.15, null), (3, -23), (1, null)));
            yield return Of($"3341-13, {step}", () => Loud(-23, ["momentary_max_lufs"], (step * 0.02, null), (0.4, -23), (1, null)));
        }

        yield return Of("3341-15", () => Peak(-6, EbuSignals.BetweenSamples(4, 0.5, 0)));
        yield return Of("3341-16", () => Peak(-6, EbuSignals.BetweenSamples(4, 0.5, 45)));
        yield return Of("3341-17", () => Peak(-6, EbuSignals.BetweenSamples(6, 0.5, 60)));
        yield return Of("3341-18", () => Peak(-6, EbuSignals.BetweenSamples(8, 0.5, 67.5)));
        yield return Of("3341-19", () => Peak(3, EbuSignals.BetweenSamples(4, 1.41, 45)));
        for (var offset = 0; offset < 4; offset++)
        {
            var phase = offset;
            yield return Of($"3341-{20 + phase}", () => Peak(0, EbuSignals.ShortPeak(phase)));
        }

        yield return Of("3342-1", () => Range(10, (20, -20), (20, -30)));
        yield return Of("3342-2", () => Range(5, (20, -20), (20, -15)));
        yield return Of("3342-3", () => Range(20, (20, -40), (20, -20)));
        yield return Of("3342-4", () => Range(15, (20, -50), (20, -35), (20, -20), (20, -35), (20, -50)));
    }

    private static KeyValuePair<string, Func<EbuCase>> Of(string name, Func<EbuCase> make) => KeyValuePair.Create(name, make);

    private static EbuCase Loud(double expected, string[] figures, params (double, double?)[] segments) => new(2, [new(Signals.Tone(segments), figures, expected)]);

    private static EbuCase Range(double expected, params (double, double?)[] segments) => new(2, [new(Signals.Tone(segments), ["range_lu"], expected, 1, 1)]);

    // EBU Tech 3341 §2.6: +0.2, -0.4 dB.
    private static EbuCase Peak(double expected, float[] samples) => new(2, [new(samples, ["true_peak_dbtp"], expected, 0.4, 0.2)]);

    /// <summary>-23 in each tenth of a second from a time on.</summary>
    private static EbuCase Constant(string figure, double from, float[] samples) =>
        new(2, [.. samples.Chunk(Signals.Rate / 10 * 2).Select((part, index) => new EbuPart(part, (index + 1) * 0.1 >= from ? [figure] : [], -23))]);

    private static EbuCase Successive(string figure, Func<int, (double, double?)[]> segments) =>
        new(2, [.. Enumerable.Range(0, 20).Select(i => new EbuPart(Signals.Tone(segments(i)), [figure], -38 + i))]);

    private static float[] Surround(params double[] levels) => Signals.Interleave([.. levels.Select(db => Signals.MonoTone(Signals.Rate, 1000, (20, db)))]);
}

/// <summary>A part of a stream.</summary>
/// <param name="Samples">Interleaved.</param>
/// <param name="Figures">What is read behind it, in <c>quality.loudness</c>.</param>
/// <param name="Expected">What each of them must show.</param>
/// <param name="Below">How much less is well.</param>
/// <param name="Above">How much more is well.</param>
internal sealed record EbuPart(float[] Samples, string[] Figures, double Expected, double Below = 0.1, double Above = 0.1);
