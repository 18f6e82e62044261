using System.Text;

namespace Patchbay.AspNetCore.Telemetry.Exposition;

/// <summary>What an instrument is called in Prometheus, by the compatibility chapter of the OpenTelemetry specification.</summary>
internal static class MetricName
{
    /// <summary>The name of the family; a counter's without <c>_total</c>.</summary>
    /// <param name="instrument">The instrument's name, for example <c>patchbay.message.io</c>.</param>
    /// <param name="unit">Its unit in UCUM, or null.</param>
    /// <param name="kind">What it is.</param>
    public static string Of(string instrument, string? unit, MetricKind kind)
    {
        var name = Sanitize(instrument);
        // Kept for the series of histograms; a checker takes it for one elsewhere.
        if (kind != MetricKind.Histogram && name.EndsWith("_count", StringComparison.Ordinal))
            name = name[..^"_count".Length] + (kind == MetricKind.Gauge ? "_current" : "");
        if (kind == MetricKind.Counter && name.EndsWith("_total", StringComparison.Ordinal))
            name = name[..^"_total".Length];
        var suffix = Unit(unit, kind);
        return suffix is null || name.EndsWith("_" + suffix, StringComparison.Ordinal) ? name : name + "_" + suffix;
    }

    /// <summary>A name with nothing but letters, digits and underscores, and no digit in front.</summary>
    public static string Sanitize(string name)
    {
        var clean = new StringBuilder(name.Length + 1);
        foreach (var character in name)
            clean.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? clean.Insert(0, '_').ToString() : clean.ToString();
    }

    private static string? Unit(string? unit, MetricKind kind) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "By/s" => "bytes_per_second",
        "1" => kind == MetricKind.Gauge ? "ratio" : null,
        "{packet}/s" => "per_second",
        // What stands in braces annotates a number of things.
        _ => null,
    };
}
