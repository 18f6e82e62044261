using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Tests.Signal;

/// <summary>Against the definition of the discrete Fourier transform, summed in double precision.</summary>
public sealed class RealFftTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(2048)]
    public void The_power_of_each_bin_is_that_of_the_definition(int size)
    {
        var random = new Random(size);
        var block = Enumerable.Range(0, size).Select(_ => (float)((2 * random.NextDouble()) - 1)).ToArray();
        var window = Enumerable.Range(0, size).Select(_ => (float)random.NextDouble()).ToArray();
        // It adds to what is there.
        var power = Enumerable.Repeat(1.0, (size / 2) + 1).ToArray();
        new RealFft(size).AddPower(block, window, new float[size / 2], new float[size / 2], power);

        for (var bin = 0; bin <= size / 2; bin++)
        {
            double re = 0, im = 0;
            for (var i = 0; i < size; i++)
            {
                re += block[i] * window[i] * Math.Cos(2 * Math.PI * bin * i / size);
                im -= block[i] * window[i] * Math.Sin(2 * Math.PI * bin * i / size);
            }

            Assert.Equal(1 + (re * re) + (im * im), power[bin], 2e-6 * size);
        }
    }
}
