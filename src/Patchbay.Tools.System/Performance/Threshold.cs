namespace Patchbay.Tools.System.Performance;

/// <summary>Two limits of a figure and the side on which it is worse.</summary>
/// <param name="Warning">From here on something is degraded.</param>
/// <param name="Critical">From here on something is unhealthy.</param>
internal readonly record struct Threshold(double Warning, double Critical)
{
    /// <summary>Whether small figures are the bad ones.</summary>
    public bool LowIsBad => Critical < Warning;

    /// <summary>Where a figure stands.</summary>
    public Verdict Judge(double? figure) =>
        figure is not { } value || double.IsNaN(value) ? Verdict.Unknown
        : Reached(value, Critical) ? Verdict.Critical
        : Reached(value, Warning) ? Verdict.Warning
        : Verdict.Ok;

    // "Under 10 %" for what must not run out, "from 80 %" for what must not fill up.
    private bool Reached(double value, double limit) => LowIsBad ? value < limit : value >= limit;
}
