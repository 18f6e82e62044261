namespace Patchbay.Protocol.Envelope;

/// <summary>Durations as they are written: milliseconds with three decimals.</summary>
public static class Milliseconds
{
    // Some thirty years: what is longer is no duration.
    private const double Most = 1e12;

    /// <summary>
    /// A duration in milliseconds, 0 to 1,000,000,000,000, rounded to microseconds; what lies outside becomes the nearer end. As a decimal it is written in half the time of a double, and not longer than it means.
    /// </summary>
    public static decimal Of(double milliseconds)
    {
        var microseconds = (long)Math.Round(Math.Clamp(milliseconds, 0, Most) * 1_000);
        return new decimal((int)microseconds, (int)(microseconds >> 32), 0, isNegative: false, scale: 3);
    }
}
