namespace Patchbay.Tools.Workflow.Statistics;

/// <summary>Sum, mean and population standard deviation of whole numbers; the sum is exact, for nanoseconds of a long log do not fit 64 bits.</summary>
internal readonly record struct Moments(int Count, double Sum, double Mean, double StandardDeviation)
{
    public static Moments Of(ReadOnlySpan<long> values)
    {
        if (values.IsEmpty)
            return default;
        Int128 sum = 0;
        foreach (var value in values)
            sum += value;
        var mean = (double)sum / values.Length;
        double squares = 0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return new Moments(values.Length, (double)sum, mean, Math.Sqrt(squares / values.Length));
    }
}
