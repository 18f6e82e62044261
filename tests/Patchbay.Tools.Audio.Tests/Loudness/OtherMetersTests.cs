using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Patchbay.Tools.Audio.Tests.Loudness;

/// <summary>Mixes in the manner of programmes, measured here and by other people's meters. Left out where those are not installed.</summary>
public sealed partial class OtherMetersTests
{
    public static TheoryData<int> Mixes => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Mixes))]
    public async Task Libebur128_reads_the_same(int seed)
    {
        var meter = Ebur128.Find();
        Assert.SkipWhen(meter is null, "libebur128 is not installed.");
        var rate = Rate(seed);
        var mix = Mix(seed, rate);
        var other = meter!.Measure(mix, rate);
        using var room = new AudioRoom();
        var loudness = (await room.MeasureAsync(mix, 2, rate, rate / 50)).GetProperty("quality").GetProperty("loudness");
        Assert.Equal(other.Integrated, Get(loudness, "integrated_lufs"), 0.05);
        Assert.Equal(other.Momentary, Get(loudness, "momentary_lufs"), 0.05);
        Assert.Equal(other.ShortTerm, Get(loudness, "short_term_lufs"), 0.05);
        Assert.Equal(other.Range, Get(loudness, "range_lu"), 0.3);
        Assert.Equal(other.TruePeakDb, Get(loudness, "true_peak_dbtp"), 0.2);
    }

    [Theory]
    [MemberData(nameof(Mixes))]
    public async Task Ffmpeg_reads_the_same_to_its_tenth(int seed)
    {
        Assert.SkipUnless(Installed("ffmpeg"), "ffmpeg is not installed.");
        var rate = Rate(seed);
        var mix = Mix(seed, rate);
        var file = Path.Combine(Path.GetTempPath(), $"patchbay-mix-{Guid.NewGuid():N}.f32");
        await File.WriteAllBytesAsync(file, MemoryMarshal.AsBytes(mix.AsSpan()).ToArray(), TestContext.Current.CancellationToken);
        string text;
        try
        {
            using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", ["-hide_banner", "-nostats", "-f", "f32le", "-ar", $"{rate}", "-ac", "2", "-i", file, "-af", "ebur128=peak=true", "-f", "null", "-"])
            {
                RedirectStandardError = true,
                RedirectStandardInput = true,
            })!;
            text = await ffmpeg.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await ffmpeg.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
        var summary = text[text.LastIndexOf("Summary:", StringComparison.Ordinal)..];
        using var room = new AudioRoom();
        var loudness = (await room.MeasureAsync(mix, 2, rate, rate / 50)).GetProperty("quality").GetProperty("loudness");
        // Its figures have one decimal: half of that, and the 0.05 that meters may differ by.
        Assert.Equal(Of(Integrated(), summary), Get(loudness, "integrated_lufs"), 0.1);
        // Below a minute the range has no stable value (EBU Tech 3342): meters that place their windows differently may differ.
        if (Seconds(seed) >= 60)
            Assert.Equal(Of(Range(), summary), Get(loudness, "range_lu"), 0.35);
        Assert.Equal(Of(Peak(), summary), Get(loudness, "true_peak_dbtp"), 0.25);
    }

    // Passages of noise and tones of changing level, in part different left and right, with pauses.
    private static float[] Mix(int seed, int rate)
    {
        var random = new Random(seed);
        var left = new float[Seconds(seed) * rate];
        var right = new float[left.Length];
        var noise = Signals.Noise(rate, 1, seed);
        for (var at = 0; at < left.Length;)
        {
            var length = Math.Min(left.Length - at, (int)(rate * (0.5 + 5 * random.NextDouble())));
            double level = random.Next(10) == 0 && at + length < left.Length ? 0 : Math.Pow(10, (-45 + 35 * random.NextDouble()) / 20), pan = random.NextDouble(), hz = 60 * Math.Pow(2, 6 * random.NextDouble()), share = random.NextDouble();
            double smooth = 0;
            for (var i = 0; i < length; i++)
            {
                // Noise through a one-pole low-pass, and a tone with a second harmonic.
                smooth += 0.2 * (noise[(at + i) % rate] - smooth);
                var tone = Math.Sin(2 * Math.PI * hz * i / rate) + 0.3 * Math.Sin(4 * Math.PI * hz * i / rate + 1);
                var fade = Math.Min(1, Math.Min(i, length - i) / (0.01 * rate));
                var sample = level * fade * (share * smooth + (1 - share) * tone);
                left[at + i] = (float)(sample * Math.Sqrt(pan));
                right[at + i] = (float)(sample * Math.Sqrt(1 - pan));
            }
            at += length;
        }
        return Signals.Interleave(left, right);
    }

    private static int Rate(int seed) => seed % 4 == 0 ? 44100 : 48000;

    private static int Seconds(int seed) => seed % 5 == 0 ? 75 : 40;

    private static double Get(JsonElement loudness, string figure) => loudness.GetProperty(figure).GetDouble();

    private static double Of(Regex figure, string summary) => double.Parse(figure.Match(summary).Groups[1].Value, CultureInfo.InvariantCulture);

    private static bool Installed(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    [GeneratedRegex(@"I:\s+(-?[\d.]+) LUFS")]
    private static partial Regex Integrated();

    [GeneratedRegex(@"LRA:\s+(-?[\d.]+) LU")]
    private static partial Regex Range();

    [GeneratedRegex(@"Peak:\s+(-?[\d.]+) dBFS")]
    private static partial Regex Peak();
}
