namespace Patchbay.Tools.Audio.Signal;

/// <summary>The Kaiser window.</summary>
internal static class Kaiser
{
    /// <summary>The weight at a position from -1 to 1, 1 in the middle.</summary>
    public static double Weight(double position, double beta) =>
        Bessel(beta * Math.Sqrt(Math.Max(0, 1 - position * position))) / Bessel(beta);

    // I0 by its power series; the terms fall below the last bit after about 30 for the betas used here.
    private static double Bessel(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; k < 60; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }
}
