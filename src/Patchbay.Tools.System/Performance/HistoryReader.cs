using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Performance;

/// <summary>Turns a stretch of the history into columns and statistics.</summary>
internal static class HistoryReader
{
    /// <summary>The history and the statistics of the areas asked for. Under the sampler's lock.</summary>
    public static (HistoryReport History, Dictionary<string, SeriesStatistics> Statistics, long MissingSeconds) Read(
        Sampler sampler, IEnumerable<MetricArea> areas, int minutes, int maxPoints)
    {
        var statistics = new Dictionary<string, SeriesStatistics>(StringComparer.Ordinal);
        var series = new Dictionary<string, double?[]>(StringComparer.Ordinal);
        var store = sampler.History;
        var range = store.Range(minutes * 60, maxPoints);
        if (range is null)
            return (new HistoryReport { T0 = sampler.SampledAt.UtcDateTime, StepS = 1, Series = series }, statistics, 0);

        var isFolded = range.StepSeconds > 1;
        var min = isFolded ? new Dictionary<string, double?[]>(StringComparer.Ordinal) : null;
        var max = isFolded ? new Dictionary<string, double?[]>(StringComparer.Ordinal) : null;
        var most = 0;
        foreach (var id in areas.SelectMany(area => SeriesNames.Of(area.ToString().ToLowerInvariant())))
        {
            var points = range.Read((int)id);
            series[id.Name()] = Array.ConvertAll(points, point => Told(point.Mean));
            min?.Add(id.Name(), Array.ConvertAll(points, point => Told(point.Min)));
            max?.Add(id.Name(), Array.ConvertAll(points, point => Told(point.Max)));
            var figures = StatisticsCalculator.Of(range.Buckets((int)id), range.Tier.StepSeconds);
            statistics[id.Name()] = figures;
            most = Math.Max(most, figures.Count);
        }

        var history = new HistoryReport
        {
            // The newest second is the newest sample's; counting back from it survives a clock that was set in between.
            T0 = sampler.SampledAt.UtcDateTime - TimeSpan.FromSeconds(store.Latest - range.FirstSecond),
            StepS = range.StepSeconds,
            Series = series,
            Min = min,
            Max = max,
        };
        var asked = store.Latest - Math.Max(range.BeginSecond, range.FirstSecond) + 1;
        return (history, statistics, series.Count == 0 ? 0 : Math.Max(0, asked - most));
    }

    // A thousandth of a percent or of a byte is beyond any picture, and seventeen digits would treble the message.
    private static double? Told(double value) => Figures.Known(Math.Round(value, 3));
}
