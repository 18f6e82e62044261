namespace Patchbay.Tools.Audio.Speech;

/// <summary>
/// WADA-SNR (Kim and Stern 2008): speech amplitudes follow a symmetric Gamma law of shape 0.4, noise a Gaussian one; then
/// G = ln E|z| - E ln|z| tells the SNR. The table is computed from the two laws, not copied.
/// </summary>
internal static class WadaTable
{
    private const double Shape = 0.4;
    private const double LowestDb = -20;
    private const double HighestDb = 60;
    private const int Steps = 160;
    private const double EulerGamma = 0.57721566490153286;
    private static readonly Lazy<double[]> Values = new(() => [.. Enumerable.Range(0, Steps + 1).Select(i => Expected(LowestDb + i * (HighestDb - LowestDb) / Steps))]);

    /// <summary>The SNR in dB at which G is expected, held to -20 to 60 dB.</summary>
    public static double SnrAt(double g)
    {
        var values = Values.Value;
        if (g <= values[0])
            return LowestDb;
        for (var i = 1; i < values.Length; i++)
        {
            if (g <= values[i])
                return LowestDb + (i - 1 + (g - values[i - 1]) / (values[i] - values[i - 1])) * (HighestDb - LowestDb) / Steps;
        }
        return HighestDb;
    }

    /// <summary>G at an SNR in dB.</summary>
    public static double Expected(double snrDb)
    {
        // Unit noise; speech s with density s^(k-1) e^(-s/θ)/(Γ(k) θ^k) on each side and power k(k+1)θ².
        var theta = Math.Sqrt(Math.Pow(10, snrDb / 10) / (Shape * (Shape + 1)));
        double meanAbs = 0, meanLog = 0, weight = 0;
        // With s = θ e^v the singular density at 0 becomes e^(kv - e^v), smooth and quickly falling on both sides.
        const double step = 0.02;
        for (var v = -60.0; v <= 5; v += step)
        {
            var density = Math.Exp(Shape * v - Math.Exp(v));
            if (density < 1e-15)
                continue;
            var s = theta * Math.Exp(v);
            meanAbs += density * FoldedMean(s);
            meanLog += density * LogMean(s);
            weight += density;
        }
        return Math.Log(meanAbs / weight) - meanLog / weight;
    }

    // E|s + n| for unit Gaussian n.
    private static double FoldedMean(double s) => Math.Sqrt(2 / Math.PI) * Math.Exp(-s * s / 2) + s * Erf(s / Math.Sqrt(2));

    // E ln|s + n|: (s + n)² is a Poisson mixture of chi-squares of 1 + 2j degrees, whose mean logarithm is ψ(j + 1/2) + ln 2.
    private static double LogMean(double s)
    {
        var rate = s * s / 2;
        if (rate > 300)
            return Math.Log(s) - 1 / (2 * s * s) - 3 / (4 * s * s * s * s);
        double probability = Math.Exp(-rate), psi = -EulerGamma - 2 * Math.Log(2), sum = 0, covered = 0;
        for (var j = 0; j < 2000 && covered < 1 - 1e-13; j++)
        {
            sum += probability * psi;
            covered += probability;
            psi += 1 / (j + 0.5);
            probability *= rate / (j + 1);
        }
        return 0.5 * (sum / covered + Math.Log(2));
    }

    // Series below 3, continued fraction above.
    private static double Erf(double x)
    {
        if (x > 3)
        {
            double fraction = 0;
            for (var k = 60; k >= 1; k--)
                fraction = k / 2.0 / (x + fraction);
            return 1 - Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * (x + fraction));
        }
        double term = x, sum = x;
        for (var k = 1; k < 100; k++)
        {
            term *= -x * x / k;
            sum += term / (2 * k + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
