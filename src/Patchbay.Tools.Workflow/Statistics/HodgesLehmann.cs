namespace Patchbay.Tools.Workflow.Statistics;

/// <summary>How far one sample lies beside another: the median of all pairwise differences (Hodges and Lehmann, 1963).</summary>
internal static class HodgesLehmann
{
    /// <summary>The median of b - a over all pairs, without making the pairs: the difference is searched by halving, and each step counts the pairs below in one walk along both samples.</summary>
    /// <param name="a">The first sample, sorted, not empty.</param>
    /// <param name="b">The second sample, sorted, not empty.</param>
    public static double Shift(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        var pairs = (long)a.Length * b.Length;
        var upper = Select(a, b, pairs / 2);
        return pairs % 2 == 1 ? upper : (Select(a, b, (pairs / 2) - 1) + (double)upper) / 2;
    }

    /// <summary>The difference with this rank, from 0.</summary>
    private static long Select(ReadOnlySpan<long> a, ReadOnlySpan<long> b, long rank)
    {
        var low = b[0] - a[^1];
        var high = b[^1] - a[0];
        while (low < high)
        {
            // The mean rounded down, without the overflow of a sum.
            var middle = (low & high) + ((low ^ high) >> 1);
            if (AtMost(a, b, middle) > rank)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private static long AtMost(ReadOnlySpan<long> a, ReadOnlySpan<long> b, long difference)
    {
        long count = 0;
        var j = 0;
        foreach (var value in a)
        {
            while (j < b.Length && b[j] - value <= difference)
                j++;
            count += j;
        }

        return count;
    }
}
