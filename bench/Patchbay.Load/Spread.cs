using System.Globalization;

namespace Patchbay.Load;

/// <summary>A figure over several rounds.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    /// <summary>The median with min and max behind it.</summary>
    public string Text(string format, double unit = 1) => string.Create(
        CultureInfo.InvariantCulture, $"{(Median / unit).ToString(format, CultureInfo.InvariantCulture)} ({(Min / unit).ToString(format, CultureInfo.InvariantCulture)}–{(Max / unit).ToString(format, CultureInfo.InvariantCulture)})");
}
