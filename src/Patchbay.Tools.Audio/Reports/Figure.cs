namespace Patchbay.Tools.Audio.Reports;

/// <summary>How measured values become figures of a report: in dB, rounded, and null where there is no number.</summary>
internal static class Figure
{
    /// <summary>dB of a power, to a thousandth.</summary>
    public static double? Power(double? power) => power is > 0 ? Round(10 * Math.Log10(power.Value)) : null;

    /// <summary>dB of a magnitude, to a thousandth.</summary>
    public static double? Magnitude(double magnitude) => magnitude > 0 ? Round(20 * Math.Log10(magnitude)) : null;

    /// <summary>Rounded to some decimals; null for what is not finite.</summary>
    public static double? Round(double? value, int digits = 3) => value is { } number && double.IsFinite(number) ? Math.Round(number, digits) + 0.0 : null;

    /// <summary>Seconds as milliseconds, to a microsecond.</summary>
    public static double? Ms(double? seconds) => Round(seconds * 1000);
}
