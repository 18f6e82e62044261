using System.Globalization;
using System.Security.Cryptography;
using Patchbay.Tools.Audio.Speech;

namespace Patchbay.Tools.Audio.Tests.Speech;

/// <summary>Against probabilities that ONNX Runtime 1.30.0 gave for the same file and the same weights.</summary>
public sealed class SileroVadTests
{
    private static float[] Samples() => Data.Speech();

    private static float[] Expected() => [.. File.ReadAllLines(Data.Path("speech.vad.txt")).Select(line => float.Parse(line, CultureInfo.InvariantCulture))];

    [Fact]
    public void Every_frame_agrees_with_ONNX_Runtime_to_a_ten_thousandth()
    {
        var samples = Samples();
        var expected = Expected();
        Assert.Equal(samples.Length / SileroVad.FrameSamples, expected.Length);
        var vad = new SileroVad();
        for (var i = 0; i < expected.Length; i++)
        {
            var probability = vad.Process(samples.AsSpan(i * SileroVad.FrameSamples, SileroVad.FrameSamples));
            Assert.InRange(probability, expected[i] - 1e-4, expected[i] + 1e-4);
            Assert.Equal(expected[i] > 0.5, probability > 0.5);
        }
    }

    [Fact]
    public void The_weights_are_the_published_ones()
    {
        using var stream = typeof(SileroVad).Assembly.GetManifestResourceStream("silero_vad_16k.onnx")!;
        Assert.Equal("7ED98DDBAD84CCAC4CD0AEB3099049280713DF825C610A8ED34543318F1B2C49", Convert.ToHexString(SHA256.HashData(stream)));
    }

    // What is taken for its first layer instead of the product with this basis.
    [Fact]
    public void The_basis_in_the_weights_is_the_Fourier_transform_under_a_Hann_window()
    {
        using var stream = typeof(SileroVad).Assembly.GetManifestResourceStream("silero_vad_16k.onnx")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var basis = OnnxInitializers.Read(bytes)["model.stft.forward_basis_buffer"];
        Assert.Equal(2 * 129 * 256, basis.Length);
        for (var bin = 0; bin <= 128; bin++)
        {
            for (var i = 0; i < 256; i++)
            {
                var window = 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / 256));
                var angle = 2 * Math.PI * bin * i / 256;
                Assert.Equal(window * Math.Cos(angle), basis[(bin * 256) + i], 1e-6);
                Assert.Equal(-window * Math.Sin(angle), basis[((129 + bin) * 256) + i], 1e-6);
            }
        }
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        var vad = new SileroVad();
        var frame = Samples().AsSpan(16000, SileroVad.FrameSamples);
        vad.Process(frame);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
            vad.Process(frame);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(11025)]
    [InlineData(44100)]
    [InlineData(48000)]
    [InlineData(96000)]
    public void Speech_of_another_rate_is_found_in_the_same_places(int rate)
    {
        var reference = new SpeechMeter(16000);
        var samples = Samples();
        Feed(reference, samples, 160);
        // The test's own way to the other rate: straight interpolation between band-limited points is too coarse, so a long windowed sinc.
        var other = Resampled(samples, rate);
        var meter = new SpeechMeter(rate);
        Feed(meter, other, rate / 100);
        Assert.InRange(meter.Segmenter.Ratio!.Value, reference.Segmenter.Ratio!.Value - 0.08, reference.Segmenter.Ratio!.Value + 0.08);
        Assert.Equal(reference.Segmenter.Segments[0].StartS, meter.Segmenter.Segments[0].StartS, 0.1);
    }

    private static void Feed(SpeechMeter meter, float[] samples, int hop)
    {
        for (var at = 0; at + hop <= samples.Length; at += hop)
            meter.Add(samples.AsSpan(at, hop));
    }

    private static float[] Resampled(float[] samples, int rate)
    {
        var result = new float[(int)((long)samples.Length * rate / 16000)];
        var scale = Math.Min(1, rate / 16000.0);
        var half = (int)(16 / scale);
        for (var i = 0; i < result.Length; i++)
        {
            var position = (double)i * 16000 / rate;
            double sum = 0;
            for (var k = (int)position - half; k <= (int)position + half; k++)
            {
                if (k < 0 || k >= samples.Length)
                    continue;
                var x = (k - position) * scale;
                var window = 0.5 + 0.5 * Math.Cos(Math.PI * Math.Clamp((k - position) / (half + 1), -1, 1));
                sum += samples[k] * scale * window * (Math.Abs(x) < 1e-9 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x));
            }
            result[i] = (float)sum;
        }
        return result;
    }
}
