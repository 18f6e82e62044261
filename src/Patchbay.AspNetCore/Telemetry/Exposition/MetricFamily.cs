using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Patchbay.AspNetCore.Telemetry.Exposition;

/// <summary>One instrument and its series, bounded in number: what comes beyond is counted under one label that says so.</summary>
internal sealed class MetricFamily
{
    /// <summary>The most series of one family.</summary>
    public const int MaxSeries = 1_000;

    // The specification's default, for instruments that name none; it is meant for milliseconds.
    private static readonly double[] DefaultBoundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];

    private static readonly KeyValuePair<string, object?>[] Overflow = [new("otel.metric.overflow", "true")];

    private readonly ConcurrentDictionary<TagSet, Series> _series = new(TagComparer.Instance);
    private readonly ConcurrentDictionary<TagSet, Series>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _lookup;
    private readonly double[] _boundaries;
    private readonly bool _isWhole;

    public MetricFamily(Instrument instrument)
    {
        (Kind, _isWhole) = MetricKinds.Of(instrument);
        Name = MetricName.Of(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description ?? instrument.Name;
        _boundaries = [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBoundaries];
        _lookup = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    /// <summary>The series in a stable order; of whole values only those told at this collection.</summary>
    public IEnumerable<Series> Current => _series.Values.Where(series => series is not WholeSeries { IsFresh: false }).OrderBy(series => series.Labels, StringComparer.Ordinal);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_lookup.TryGetValue(tags, out var series))
            series = Add(_series.Count < MaxSeries ? tags : Overflow);
        series.Record(value);
    }

    /// <summary>A collection begins: whole values have to be told anew, and what was not told the last time is forgotten.</summary>
    public void BeginCollection()
    {
        foreach (var (tags, series) in _series)
        {
            if (series is not WholeSeries whole)
                continue;
            if (!whole.IsFresh)
                _series.TryRemove(tags, out _);
            whole.IsFresh = false;
        }
    }

    private Series Add(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _series.GetOrAdd(new TagSet(tags), static (set, family) => family.Make(set.Labels), this);

    private Series Make(string labels) => Kind switch
    {
        MetricKind.Histogram => new HistogramSeries(labels, _boundaries),
        _ => _isWhole ? new WholeSeries(labels) : new SumSeries(labels),
    };
}
