namespace Patchbay.Tools.System.Sampling;

/// <summary>From figures as the sources compute them, where NaN is "not known", to figures as they are reported, where null is.</summary>
internal static class Figures
{
    /// <summary>Null for NaN and infinities, neither of which is a figure.</summary>
    public static double? Known(double value) => double.IsFinite(value) ? value : null;

    /// <summary>Null for the -1 by which readers mark a missing counter.</summary>
    public static long? Known(long value) => value >= 0 ? value : null;

    /// <summary>A share in percent; NaN when the whole is not positive.</summary>
    public static double Percent(double part, double whole) => whole > 0 ? 100 * part / whole : double.NaN;

    /// <summary>Adds what is known to a total; a total of unknowns only stays NaN.</summary>
    public static double Sum(double total, double part) => double.IsNaN(part) ? total : double.IsNaN(total) ? part : total + part;
}
