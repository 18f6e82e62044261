using Patchbay.Tools.Audio.Speech;

namespace Patchbay.Tools.Audio.Tests.Speech;

public sealed class ActiveLevelTests
{
    private const int Rate = 16000;

    // A sine of 0.1 has 3.01 dB less power than its peak.
    private const double ToneDb = -20 - 3.0103;

    [Fact]
    public void Sound_without_a_pause_has_the_level_of_its_power()
    {
        var (level, activity) = Measure((10, -20));
        Assert.Equal(ToneDb, level, 0.02);
        Assert.Equal(1, activity, 0.005);
    }

    [Fact]
    public void Pauses_shorter_than_the_hangover_count_as_speech()
    {
        var (level, activity) = Measure([.. Enumerable.Repeat<(double, double?)[]>([(0.5, -20), (0.15, null)], 20).SelectMany(part => part)]);
        Assert.Equal(ToneDb + (10 * Math.Log10(0.5 / 0.65)), level, 0.05);
        Assert.Equal(1, activity, 0.02);
    }

    /// <summary>
    /// A second of tone and two of silence. The envelope q of two poles of 30 ms rises as 1 - (1 + t/T)e^(-t/T) and falls as (1 + t/T)e^(-t/T), from the mean magnitude of the sine, 0.1·2/π.
    /// At the thresholds 2^-6 and 2^-7, between which the margin of 15.9 dB lies, that and the hangover of 200 ms give the active time.
    /// </summary>
    [Fact]
    public void Long_pauses_do_not_count_but_for_the_hangover()
    {
        const double Mean = 0.1 * 2 / Math.PI;
        static double Crossing(double remaining)
        {
            var t = 0.0;
            while ((1 + t) * Math.Exp(-t) > remaining)
                t += 1e-5;
            return 0.03 * t;
        }

        static (double Level, double Above) At(double threshold)
        {
            var active = 1 + 0.2 + Crossing(threshold / Mean) - Crossing(1 - (threshold / Mean));
            var level = ToneDb - (10 * Math.Log10(active));
            return (level, level - (20 * Math.Log10(threshold)));
        }

        var (low, high) = (At(1.0 / 128), At(1.0 / 64));
        Assert.True(low.Above > 15.9 && high.Above < 15.9);
        var expected = low.Level + ((low.Above - 15.9) / (low.Above - high.Above) * (high.Level - low.Level));

        var (level, activity) = Measure([.. Enumerable.Repeat<(double, double?)[]>([(1, -20), (2, null)], 10).SelectMany(part => part)]);
        Assert.Equal(expected, level, 0.03);
        Assert.Equal(Math.Pow(10, (ToneDb - (10 * Math.Log10(3)) - expected) / 10), activity, 0.01);
    }

    [Theory]
    [InlineData(-40)]
    [InlineData(-6)]
    public void A_change_of_gain_changes_the_level_by_as_much(double gain)
    {
        var speech = Data.Speech();
        var scaled = speech.Select(sample => (float)(sample * Math.Pow(10, gain / 20))).ToArray();

        Assert.Equal(Measure(speech).Level + gain, Measure(scaled).Level, 0.1);
    }

    [Fact]
    public void Speech_is_louder_while_it_is_spoken_than_over_all()
    {
        var speech = Data.Speech();
        float[] padded = [.. speech, .. new float[speech.Length * 3]];
        var overall = 10 * Math.Log10(padded.Sum(sample => (double)sample * sample) / padded.Length);

        // Silence added behind does not change it.
        Assert.Equal(Measure(speech).Level, Measure(padded).Level, 0.15);
        Assert.True(Measure(padded).Level > overall + 6);
    }

    [Fact]
    public void Silence_has_no_active_level()
    {
        var meter = new ActiveLevel(Rate);
        Assert.Null(meter.Value);
        meter.Add(new float[Rate]);
        Assert.Null(meter.Value);
    }

    private static (double Level, double Activity) Measure(params (double Seconds, double? Db)[] segments) => Measure(Signals.MonoTone(Rate, 1000, segments));

    private static (double Level, double Activity) Measure(float[] samples)
    {
        var meter = new ActiveLevel(Rate);
        foreach (var piece in samples.Chunk(777))
            meter.Add(piece);
        return meter.Value!.Value;
    }
}
