using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Patchbay.Server;
using Patchbay.Server.Telemetry;

namespace Patchbay.AspNetCore.Telemetry;

/// <summary>Sends metrics and traces by OTLP for as long as the server runs; nothing is made of it while no endpoint is set.</summary>
internal sealed partial class OtlpExport(IOptions<TelemetryOptions> options, IConfiguration configuration, ILogger<OtlpExport> logger) : IHostedService
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const int FlushMs = 5_000;

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    /// <summary>Where it is sent; null when nothing is.</summary>
    public Uri? Endpoint { get; } = options.Value.OtlpEndpoint
        ?? (Uri.TryCreate(configuration[EndpointVariable], UriKind.Absolute, out var standard) ? standard : null);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Endpoint is null)
            return Task.CompletedTask;
        var resource = ResourceBuilder.CreateDefault().AddService("patchbay", serviceVersion: Engine.Version);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Value.TraceRatio)))
            .AddSource(PatchbayMeter.Name, PatchbayMeter.Rooms)
            .AddOtlpExporter(exporter => Set(exporter, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(PatchbayMeter.Name, PatchbayMeter.Rooms, "System.Runtime")
            .AddOtlpExporter((exporter, reader) =>
            {
                Set(exporter, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.Value.MetricIntervalSeconds * 1_000;
            })
            .Build();
        LogSending(logger, Endpoint.Authority);
        return Task.CompletedTask;
    }

    /// <summary>Sends what waits, within five seconds for each.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _traces?.ForceFlush(FlushMs);
            _metrics?.ForceFlush(FlushMs);
            _traces?.Dispose();
            _metrics?.Dispose();
        },
        CancellationToken.None);

    private void Set(OtlpExporterOptions exporter, string path)
    {
        var protocol = options.Value.OtlpProtocol ?? configuration[ProtocolVariable];
        exporter.Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Headers = options.Value.OtlpHeaders ?? exporter.Headers;
        var target = Endpoint!;
        // An endpoint that is set here is taken as it stands; the exporter would add the path to the variable's only.
        exporter.Endpoint = exporter.Protocol == OtlpExportProtocol.Grpc ? target : new Uri(target.AbsoluteUri.TrimEnd('/') + "/" + path);
    }
}
