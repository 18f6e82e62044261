using MathNet.Numerics;

namespace Patchbay.Tools.Workflow.Statistics;

/// <summary>Shares and their differences, with 95 % intervals.</summary>
internal static class Proportion
{
    /// <summary>The 97.5 % point of the normal distribution, to the digits the interval is published with.</summary>
    private const double Z = 1.959964;

    /// <summary>Wilson's score interval (1927).</summary>
    public static Interval Wilson(int successes, int n)
    {
        var p = (double)successes / n;
        var denominator = 1 + (Z * Z / n);
        var centre = (p + (Z * Z / (2.0 * n))) / denominator;
        var half = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4.0 * n * n))) / denominator;
        // At the two ends the bound is the end itself; rounding would leave it a little beside.
        return new Interval(p, successes == 0 ? 0 : Math.Max(0, centre - half), successes == n ? 1 : Math.Min(1, centre + half));
    }

    /// <summary>The difference b - a with Newcombe's hybrid score interval (1998, method 10).</summary>
    public static Interval Newcombe(int successesA, int a, int successesB, int b)
    {
        var before = Wilson(successesA, a);
        var after = Wilson(successesB, b);
        var difference = after.Value - before.Value;
        return new Interval(
            difference,
            difference - Math.Sqrt(Square(after.Value - after.Low) + Square(before.High - before.Value)),
            difference + Math.Sqrt(Square(after.High - after.Value) + Square(before.Value - before.Low)));
    }

    /// <summary>The two-sided p-value of equal shares: the pooled z test.</summary>
    public static double PValue(int successesA, int a, int successesB, int b)
    {
        var pooled = (double)(successesA + successesB) / (a + b);
        var variance = pooled * (1 - pooled) * ((1.0 / a) + (1.0 / b));
        if (variance <= 0)
            return 1;
        var z = Math.Abs(((double)successesB / b) - ((double)successesA / a)) / Math.Sqrt(variance);
        return SpecialFunctions.Erfc(z / Math.Sqrt(2));
    }

    private static double Square(double x) => x * x;
}
