using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Patchbay.Server;
using Patchbay.Server.Telemetry;

namespace Patchbay.AspNetCore.Telemetry.Exposition;

/// <summary>Listens to the instruments of this server and of the .NET runtime, and writes what they tell as a page for Prometheus.</summary>
internal sealed partial class MetricsCollector : IDisposable
{
    private const string RuntimeMeter = "System.Runtime";

    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly IMeterFactory _factory;
    private readonly ILogger<MetricsCollector> _logger;

    public MetricsCollector(IMeterFactory factory, ILogger<MetricsCollector> logger)
    {
        _factory = factory;
        _logger = logger;
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
    }

    /// <summary>Begins to listen.</summary>
    public void Start() => _listener.Start();

    /// <summary>Asks every instrument that is asked, and writes all.</summary>
    public string Write(ExpositionFormat format)
    {
        lock (_lock)
        {
            foreach (var family in _families.Values)
                family.BeginCollection();
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException fault)
            {
                // The instruments that failed are missing from this page; the others are on it.
                LogInstrumentFailed(_logger, fault);
            }

            var text = new ExpositionText(format);
            text.Target("patchbay", Engine.Version);
            foreach (var family in _families.Values)
                text.Add(family);
            return text.End();
        }
    }

    public void Dispose() => _listener.Dispose();

    // Another server in this process has a factory of its own.
    private bool IsOurs(Meter meter) => meter.Name == RuntimeMeter || (PatchbayMeter.IsOurs(meter.Name) && meter.Scope == _factory);

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!IsOurs(instrument.Meter))
            return;
        var made = new MetricFamily(instrument);
        lock (_lock)
        {
            if (!_families.TryAdd(made.Name, made))
                return;
        }

        listener.EnableMeasurementEvents(instrument, made);
    }
}
