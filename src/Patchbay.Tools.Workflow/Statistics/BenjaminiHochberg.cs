namespace Patchbay.Tools.Workflow.Statistics;

/// <summary>Correction for many tests: q-values that bound the false discovery rate (Benjamini and Hochberg, 1995).</summary>
internal static class BenjaminiHochberg
{
    public static double[] Adjust(IReadOnlyList<double> p)
    {
        var order = Enumerable.Range(0, p.Count).OrderByDescending(index => p[index]).ToArray();
        var q = new double[p.Count];
        var smallest = 1.0;
        for (var position = 0; position < order.Length; position++)
        {
            smallest = Math.Min(smallest, p[order[position]] * p.Count / (p.Count - position));
            q[order[position]] = smallest;
        }

        return q;
    }
}
