using System.Globalization;
using System.Text;

namespace Patchbay.AspNetCore.Telemetry.Exposition;

/// <summary>Writes families as text.</summary>
internal sealed class ExpositionText(ExpositionFormat format)
{
    private readonly StringBuilder _text = new(16_384);

    /// <summary>Says whose metrics these are.</summary>
    public void Target(string service, string version) =>
        _text.Append("# HELP target_info The server.\n# TYPE target_info gauge\n")
            .Append(CultureInfo.InvariantCulture, $"target_info{{service_name=\"{service}\",service_version=\"{version}\"}} 1\n");

    public void Add(MetricFamily family)
    {
        var series = family.Current.ToList();
        if (series.Count == 0)
            return;
        // A counter's samples end in _total; OpenMetrics names the family without it, the older format with it.
        var sample = family.Kind == MetricKind.Counter ? family.Name + "_total" : family.Name;
        var name = format.IsOpenMetrics ? family.Name : sample;
        _text.Append("# HELP ").Append(name).Append(' ').Append(Escape(family.Help)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(TypeName(family.Kind)).Append('\n');
        foreach (var one in series)
        {
            switch (one)
            {
                case HistogramSeries histogram:
                    AddHistogram(family.Name, histogram);
                    break;
                case SumSeries sum:
                    AddSample(sample, one.Labels, sum.Value);
                    break;
                case WholeSeries whole:
                    AddSample(sample, one.Labels, whole.Value);
                    break;
            }
        }
    }

    /// <summary>The whole page.</summary>
    public string End()
    {
        if (format.IsOpenMetrics)
            _text.Append("# EOF\n");
        return _text.ToString();
    }

    private void AddHistogram(string name, HistogramSeries histogram)
    {
        var counts = histogram.Cumulate();
        for (var i = 0; i < counts.Length; i++)
        {
            var end = i < histogram.Boundaries.Count ? Number(histogram.Boundaries[i]) : "+Inf";
            // OpenMetrics wants a fraction on each le (canonical numbers); the older format takes it as well.
            if (i < histogram.Boundaries.Count && !end.AsSpan().ContainsAny('.', 'E'))
                end += ".0";
            AddSample(name + "_bucket", (histogram.Labels.Length == 0 ? "" : histogram.Labels + ",") + $"le=\"{end}\"", counts[i]);
        }

        AddSample(name + "_sum", histogram.Labels, histogram.Sum);
        AddSample(name + "_count", histogram.Labels, counts[^1]);
    }

    private void AddSample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string TypeName(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    private static string Escape(string help) => help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
