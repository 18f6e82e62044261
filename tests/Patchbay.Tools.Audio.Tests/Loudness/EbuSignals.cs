namespace Patchbay.Tools.Audio.Tests.Loudness;

/// <summary>The stereo signals of EBU Tech 3341 with true peaks between their samples.</summary>
internal static class EbuSignals
{
    /// <summary>3341-15 to 19: a second of a sine of fs/<paramref name="divisor"/> that begins at a phase, with fades of 10 ms.</summary>
    public static float[] BetweenSamples(double divisor, double amplitude, double degrees)
    {
        var mono = new float[Signals.Rate];
        for (var n = 0; n < mono.Length; n++)
            mono[n] = (float)(amplitude * Fade(n, mono.Length, 480) * Math.Sin(2 * Math.PI * n / divisor + degrees * Math.PI / 180));
        return Signals.Stereo(mono);
    }

    /// <summary>3341-20 to 23: built at 192 kHz, low-passed at 0.96 of 24 kHz by 1023 taps, decimated: one period of fs/4 at full scale inside fs/6 at half scale.</summary>
    public static float[] ShortPeak(int offset)
    {
        const int high = 4 * Signals.Rate;
        var half = high / 2 / 24 * 24;
        var source = new double[2 * half + 16];
        for (var n = 0; n < half; n++)
            source[n] = source[half + 16 + n] = 0.5 * Math.Sin(2 * Math.PI * n / 24);
        for (var n = 0; n < 16; n++)
            source[half + n] = Math.Sin(2 * Math.PI * n / 16);
        for (var n = 0; n < source.Length; n++)
            source[n] *= Fade(n, source.Length, high / 100);
        var filter = LowPass(1023, 0.96 * 24000 / high);
        var result = new float[(source.Length - offset + 3) / 4];
        for (var i = 0; i < result.Length; i++)
        {
            double sum = 0;
            for (var k = 0; k < filter.Length; k++)
            {
                var at = offset + 4 * i + k - 511;
                if (at >= 0 && at < source.Length)
                    sum += filter[k] * source[at];
            }
            result[i] = (float)sum;
        }
        return Signals.Stereo(result);
    }

    private static double[] LowPass(int taps, double cutoff)
    {
        static double Bessel(double x)
        {
            double sum = 1, term = 1;
            for (var k = 1; k < 100; k++)
                sum += term *= x * x / 4 / k / k;
            return sum;
        }
        var filter = new double[taps];
        for (var k = 0; k < taps; k++)
        {
            double d = k - (taps - 1) / 2.0, position = d / ((taps - 1) / 2.0);
            filter[k] = (d == 0 ? 2 * cutoff : Math.Sin(2 * Math.PI * cutoff * d) / (Math.PI * d)) * Bessel(12 * Math.Sqrt(Math.Max(0, 1 - position * position))) / Bessel(12);
        }
        var gain = filter.Sum();
        return [.. filter.Select(value => value / gain)];
    }

    private static double Fade(int n, int count, int length) => Math.Min(1, Math.Min((double)n / length, (double)(count - 1 - n) / length));
}
