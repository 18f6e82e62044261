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
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(20)]
    public void Speech_in_white_noise_is_measured_within_two_decibels(double snr)
    {
        // Three times the sentence, so that there are enough pauses.
        var speech = Data.Speech();
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
        var deviation = Math.Sqrt(energy / frames / Math.Pow(10, snr / 10));
        var meter = new SpeechMeter(16000);
        var noise = Signals.Noise(3 * speech.Length, deviation, seed: 7);
        for (var i = 0; i < noise.Length; i++)
            noise[i] += speech[i % speech.Length];
        for (var at = 0; at + 160 <= noise.Length; at += 160)
            meter.Add(noise.AsSpan(at, 160));
        Assert.InRange(meter.Gated.Value.Db!.Value, snr - 2, snr + 2);
    }

    [Fact]
    public void Without_speech_there_is_no_ratio_and_the_reason_is_said()
    {
        var meter = new SpeechMeter(16000);
        var noise = Signals.Noise(32000, 0.01, seed: 1);
        for (var at = 0; at + 160 <= noise.Length; at += 160)
            meter.Add(noise.AsSpan(at, 160));
        Assert.Equal((null, "no speech was heard"), meter.Gated.Value);
    }
}
