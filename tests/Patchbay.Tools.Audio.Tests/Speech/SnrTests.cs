using Patchbay.Tools.Audio.Speech;

namespace Patchbay.Tools.Audio.Tests.Speech;

public sealed class SnrTests
{
    // Monte Carlo runs of the two laws with four million samples reproduce these within 0.004.
    [Theory]
    [InlineData(0, 0.46221)]
    [InlineData(10, 0.66751)]
    [InlineData(20, 0.95655)]
    [InlineData(30, 1.19704)]
    [InlineData(40, 1.36057)]
    public void The_table_of_WADA_has_its_anchors(double snr, double expected) => Assert.Equal(expected, WadaTable.Expected(snr), 0.004);

    [Fact]
    public void The_table_of_WADA_ends_in_the_two_pure_laws()
    {
        // Gaussian: ln sqrt(2/pi) + (gamma + ln 2)/2; Gamma of shape 0.4: ln 0.4 - psi(0.4).
        Assert.Equal(0.40939, WadaTable.Expected(-40), 0.0005);
        Assert.Equal(1.64509, WadaTable.Expected(200), 0.0005);
        Assert.Equal(17.3, WadaTable.SnrAt(WadaTable.Expected(17.3)), 0.05);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(10, false)]
    [InlineData(20, false)]
    [InlineData(5, true)]
    [InlineData(10, true)]
    [InlineData(20, true)]
    public void Speech_in_noise_is_measured_within_two_decibels(double snr, bool pink)
    {
        // Three times the sentence, so that there are enough pauses; the truth is active speech power over noise power.
        var speech = Data.Speech();
        var noise = Noise(3 * speech.Length, pink);
        var gain = Math.Sqrt(ActivePower(speech) / Math.Pow(10, snr / 10));
        for (var i = 0; i < noise.Length; i++)
            noise[i] = (float)(gain * noise[i] + speech[i % speech.Length]);
        Assert.InRange(Feed(noise).Gated.Value.Db!.Value, snr - 2, snr + 2);
    }

    [Fact]
    public async Task Hum_makes_WADA_say_that_it_does_not_apply()
    {
        var speech = Data.Speech();
        var noise = Noise(speech.Length, pink: false);
        using var room = new AudioRoom();
        for (var i = 0; i < noise.Length; i++)
            noise[i] = 0.002f * noise[i] + speech[i];
        Assert.True(await AppliesAsync(room, noise));
        for (var i = 0; i < noise.Length; i++)
            noise[i] += (float)(0.05 * Math.Sin(2 * Math.PI * 50 * i / 16000));
        Assert.False(await AppliesAsync(room, noise));

        static async Task<bool> AppliesAsync(AudioRoom room, float[] samples) =>
            (await room.MeasureAsync(samples, 1, 16000, 320)).GetProperty("quality").GetProperty("snr").GetProperty("wada_applicable").GetBoolean();
    }

    [Fact]
    public void Without_speech_there_is_no_ratio_and_the_reason_is_said()
    {
        Assert.Equal((null, "no speech was heard"), Feed(Signals.Noise(32000, 0.01, seed: 1)).Gated.Value);
    }

    private static SpeechMeter Feed(float[] samples)
    {
        var meter = new SpeechMeter(16000);
        for (var at = 0; at + 160 <= samples.Length; at += 160)
            meter.Add(samples.AsSpan(at, 160));
        return meter;
    }

    private static double ActivePower(float[] speech)
    {
        var vad = new SileroVad();
        double energy = 0;
        var frames = 0;
        for (var at = 0; at + 512 <= speech.Length; at += 512)
        {
            if (vad.Process(speech.AsSpan(at, 512)) <= 0.5)
                continue;
            energy += speech.AsSpan(at, 512).ToArray().Sum(sample => (double)sample * sample) / 512;
            frames++;
        }
        return energy / frames;
    }

    // Unit deviation. Pink: white noise through leaky integrators an octave and a half apart, whose sum falls by about 3 dB an octave.
    private static float[] Noise(int count, bool pink)
    {
        var white = Signals.Noise(count, 1, seed: 7);
        if (!pink)
            return white;
        var states = new double[6];
        var result = new float[count];
        for (var i = 0; i < count; i++)
        {
            double sum = 0;
            for (var k = 0; k < states.Length; k++)
            {
                var corner = 2 * Math.PI * 30 * Math.Pow(3, k) / 16000;
                states[k] += Math.Min(1, corner) * (white[i] - states[k]);
                sum += states[k] / Math.Sqrt(corner);
            }
            result[i] = (float)sum;
        }
        var deviation = (float)Math.Sqrt(result.Average(sample => (double)sample * sample));
        return [.. result.Select(sample => sample / deviation)];
    }
}
