using System.ComponentModel;

namespace Patchbay.Tools.System.Performance;

[Description("Over the history asked for")]
internal sealed record SeriesStatistics
{
    public required double? Min { get; init; }

    public required double? Mean { get; init; }

    [Description("Percentiles interpolate between the nearest ranks")]
    public required double? P50 { get; init; }

    public required double? P95 { get; init; }

    public required double? P99 { get; init; }

    public required double? Max { get; init; }

    [Description("Sample standard deviation; null below two values")]
    public required double? Stdev { get; init; }

    [Description("Slope of the least-squares line, in the series' unit per minute; null below two values")]
    public required double? TrendPerMinute { get; init; }

    [Description("How many values the statistics are made of")]
    public required int Count { get; init; }
}
