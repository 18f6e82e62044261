using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.AspNetCore.Telemetry.Exposition;

namespace Patchbay.AspNetCore.Tests.Telemetry;

/// <summary>The page of metrics: names, labels, numbers, bounds (Prometheus text format 0.0.4, OpenMetrics 1.0.0, OpenTelemetry's chapter on both).</summary>
public sealed class ExpositionTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Meter _meter;
    private readonly MetricsCollector _collector;

    public ExpositionTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _meter = factory.Create("Patchbay");
        _collector = new MetricsCollector(factory, NullLogger<MetricsCollector>.Instance);
        _collector.Start();
    }

    public void Dispose()
    {
        _collector.Dispose();
        _services.Dispose();
    }

    [Theory]
    [InlineData("patchbay.message.io", "By", nameof(MetricKind.Counter), "patchbay_message_io_bytes")]
    [InlineData("patchbay.tool.cpu.time", "s", nameof(MetricKind.Counter), "patchbay_tool_cpu_time_seconds")]
    [InlineData("patchbay.messages", "{message}", nameof(MetricKind.Counter), "patchbay_messages")]
    [InlineData("system.cpu.utilization", "1", nameof(MetricKind.Gauge), "system_cpu_utilization_ratio")]
    [InlineData("requests.total", null, nameof(MetricKind.Counter), "requests")]
    [InlineData("wait.seconds", "s", nameof(MetricKind.Gauge), "wait_seconds")]
    [InlineData("dotnet.timer.count", "{timer}", nameof(MetricKind.Gauge), "dotnet_timer_current")]
    [InlineData("9.lives-and more", null, nameof(MetricKind.Gauge), "_9_lives_and_more")]
    public void An_instrument_is_named_as_the_specification_maps_it(string instrument, string? unit, string kind, string name) =>
        Assert.Equal(name, MetricName.Of(instrument, unit, Enum.Parse<MetricKind>(kind)));

    [Fact]
    public void Labels_and_help_are_escaped()
    {
        _meter.CreateCounter<long>("odd", null, "back\\slash and\nnew line").Add(2, new KeyValuePair<string, object?>("a.b", "say \"hi\"\\\n"));

        var page = _collector.Write(ExpositionFormat.Text);

        Assert.Contains("# HELP odd_total back\\\\slash and\\nnew line\n# TYPE odd_total counter\nodd_total{a_b=\"say \\\"hi\\\"\\\\\\n\"} 2\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_is_cumulative_and_its_boundaries_are_inclusive()
    {
        var histogram = _meter.CreateHistogram("wait", "s", "Wait.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2] });
        foreach (var value in new[] { 0.25, 0.5, 0.75, 2, 8 })
            histogram.Record(value, new KeyValuePair<string, object?>("way", "in"));

        var lines = Lines("wait_seconds");

        Assert.Equal(
        [
            "wait_seconds_bucket{way=\"in\",le=\"0.5\"} 2",
            "wait_seconds_bucket{way=\"in\",le=\"1.0\"} 3",
            "wait_seconds_bucket{way=\"in\",le=\"2.0\"} 4",
            "wait_seconds_bucket{way=\"in\",le=\"+Inf\"} 5",
            "wait_seconds_sum{way=\"in\"} 11.5",
            "wait_seconds_count{way=\"in\"} 5",
        ], lines);
    }

    [Fact]
    public void A_value_that_is_told_no_more_leaves_the_page()
    {
        IEnumerable<Measurement<long>> now = [new(1, new KeyValuePair<string, object?>("level", "1")), new(5, new KeyValuePair<string, object?>("level", "2"))];
        _meter.CreateObservableUpDownCounter("active", () => now);
        Assert.Equal(["active{level=\"1\"} 1", "active{level=\"2\"} 5"], Lines("active"));

        now = [new(4, new KeyValuePair<string, object?>("level", "2"))];

        Assert.Equal(["active{level=\"2\"} 4"], Lines("active"));
    }

    [Fact]
    public void Beyond_a_thousand_series_the_rest_are_one_that_says_so()
    {
        var counter = _meter.CreateCounter<long>("many");
        for (var i = 0; i < MetricFamily.MaxSeries + 50; i++)
            counter.Add(1, new KeyValuePair<string, object?>("i", i));

        var lines = Lines("many_total");

        Assert.Equal(MetricFamily.MaxSeries + 1, lines.Length);
        Assert.Contains("many_total{otel_metric_overflow=\"true\"} 50", lines);
    }

    [Fact]
    public void An_instrument_that_throws_is_missing_and_the_others_are_there()
    {
        _meter.CreateObservableGauge("broken", long () => throw new InvalidOperationException());
        _meter.CreateObservableGauge("whole", () => 7L);

        Assert.Empty(Lines("broken"));
        Assert.Equal(["whole 7"], Lines("whole"));
    }

    [Fact]
    public void Another_server_in_this_process_counts_for_itself()
    {
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create("Patchbay").CreateCounter<long>("elsewhere").Add(1);

        Assert.Empty(Lines("elsewhere_total"));
    }

    [Fact]
    public void Numbers_added_from_many_threads_are_all_there()
    {
        var counter = _meter.CreateCounter<long>("sum");
        var histogram = _meter.CreateHistogram<double>("spread");
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("one", "x"));
                histogram.Record(2);
            }
        });

        Assert.Equal(["sum_total{one=\"x\"} 80000"], Lines("sum_total"));
        Assert.Equal(["spread_sum 160000", "spread_count 80000"], Lines("spread")[^2..]);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain;version=0.0.4", false)]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("application/openmetrics-text;version=9.0.0", false)]
    [InlineData("text/plain, application/openmetrics-text;q=0.4", false)]
    [InlineData("this is no media type", false)]
    public void OpenMetrics_is_for_those_who_ask_for_it(string? accept, bool isOpenMetrics) =>
        Assert.Equal(isOpenMetrics, ExpositionFormat.For(accept).IsOpenMetrics);

    [Fact]
    public void OpenMetrics_names_a_counter_without_its_suffix_and_ends_with_EOF()
    {
        _meter.CreateCounter<long>("calls").Add(3);

        var page = _collector.Write(ExpositionFormat.OpenMetrics);

        Assert.Contains("# TYPE calls counter\ncalls_total 3\n", page, StringComparison.Ordinal);
        Assert.EndsWith("\n# EOF\n", page, StringComparison.Ordinal);
    }

    private string[] Lines(string name) =>
        [.. _collector.Write(ExpositionFormat.Text).Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal))];
}
