using System.Globalization;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Checks;

/// <summary>Makes readings from a figure and its threshold.</summary>
internal static class Readings
{
    /// <summary>A reading whose status is where the figure stands; unknown when there is no figure.</summary>
    /// <param name="subject">What is measured, for the message.</param>
    /// <param name="observed">The figure, or null or NaN.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="threshold">The limits.</param>
    /// <param name="hint">What to do when a limit is reached.</param>
    /// <param name="evidence">Further figures.</param>
    public static CheckReading Of(
        string subject, double? observed, string unit, Threshold threshold, string hint, IReadOnlyDictionary<string, double?>? evidence = null) =>
        OfVerdict(threshold.Judge(observed), subject, observed, unit, threshold, hint, evidence);

    /// <summary>A reading whose status was found by another rule than the figure alone.</summary>
    public static CheckReading OfVerdict(
        Verdict verdict, string subject, double? observed, string unit, Threshold threshold, string hint, IReadOnlyDictionary<string, double?>? evidence = null)
    {
        var known = observed is { } value && double.IsFinite(value) ? observed : null;
        if (known is null)
            return CheckReading.NotKnown($"{subject} is not known yet.");
        var status = Status(verdict);
        return new CheckReading(status, string.Create(CultureInfo.InvariantCulture, $"{subject}: {known:0.##}{Spoken(unit)}."))
        {
            Observed = known,
            Unit = unit,
            DegradedAt = threshold.Warning,
            UnhealthyAt = threshold.Critical,
            Hint = status == CheckStatus.Healthy ? null : hint,
            Evidence = evidence,
        };
    }

    /// <summary>The status that belongs to a verdict.</summary>
    public static CheckStatus Status(Verdict verdict) => verdict switch
    {
        Verdict.Ok => CheckStatus.Healthy,
        Verdict.Warning => CheckStatus.Degraded,
        Verdict.Critical => CheckStatus.Unhealthy,
        _ => CheckStatus.Unknown,
    };

    /// <summary>Evidence from pairs.</summary>
    public static IReadOnlyDictionary<string, double?> Evidence(params ReadOnlySpan<(string Name, double? Value)> figures)
    {
        var evidence = new Dictionary<string, double?>(StringComparer.Ordinal);
        foreach (var (name, value) in figures)
            evidence[name] = value is { } known && double.IsFinite(known) ? known : null;
        return evidence;
    }

    private static string Spoken(string unit) => unit switch
    {
        "percent" => " %",
        "count" or "ratio" or "status" => "",
        "bytes_per_s" => " bytes a second",
        "count_per_s" => " a second",
        "count_per_min" => " a minute",
        _ => " " + unit,
    };
}
