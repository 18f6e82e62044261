using MathNet.Numerics;

namespace Patchbay.Tools.Workflow.Statistics;

/// <summary>The rank test of Mann and Whitney, two-sided, by the normal approximation with correction for ties and continuity: scipy's <c>mannwhitneyu(method="asymptotic")</c>.</summary>
internal static class MannWhitney
{
    /// <param name="a">The first sample, sorted.</param>
    /// <param name="b">The second sample, sorted.</param>
    /// <returns>U of the first sample, and the p-value; 1 when all values are the same.</returns>
    public static (double U, double P) Test(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        double ranksOfA = 0, ties = 0;
        int i = 0, j = 0;
        while (i < a.Length || j < b.Length)
        {
            var value = j >= b.Length || (i < a.Length && a[i] <= b[j]) ? a[i] : b[j];
            var (fromA, rank) = (i, i + j);
            while (i < a.Length && a[i] == value)
                i++;
            while (j < b.Length && b[j] == value)
                j++;
            double tied = i + j - rank;
            // Ranks count from 1; those of equal values share their mean.
            ranksOfA += (i - fromA) * (rank + ((tied + 1) / 2));
            ties += (tied * tied * tied) - tied;
        }

        double n1 = a.Length, n2 = b.Length, n = n1 + n2;
        var u = ranksOfA - (n1 * (n1 + 1) / 2);
        var deviation = Math.Sqrt(n1 * n2 / 12 * (n + 1 - (ties / (n * (n - 1)))));
        if (deviation == 0)
            return (u, 1);
        var z = (Math.Max(u, (n1 * n2) - u) - (n1 * n2 / 2) - 0.5) / deviation;
        return (u, Math.Min(1, SpecialFunctions.Erfc(z / Math.Sqrt(2))));
    }
}
