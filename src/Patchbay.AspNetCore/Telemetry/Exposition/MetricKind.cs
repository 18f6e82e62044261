using System.Diagnostics.Metrics;

namespace Patchbay.AspNetCore.Telemetry.Exposition;

/// <summary>What an instrument is in Prometheus.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>Tells kinds of instruments apart.</summary>
internal static class MetricKinds
{
    /// <summary>The kind of an instrument, and whether it is asked at collection and tells whole values rather than changes.</summary>
    public static (MetricKind Kind, bool IsWhole) Of(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        // The runtime publishes these two as counters, though they fall as well; the semantic conventions call them what they are.
        if (instrument.Name is "dotnet.thread_pool.queue.length" or "dotnet.thread_pool.thread.count")
            return (MetricKind.Gauge, true);
        if (type == typeof(Histogram<>))
            return (MetricKind.Histogram, false);
        if (type == typeof(Counter<>))
            return (MetricKind.Counter, false);
        if (type == typeof(ObservableCounter<>))
            return (MetricKind.Counter, true);
        return (MetricKind.Gauge, type != typeof(UpDownCounter<>));
    }
}
