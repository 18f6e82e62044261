using System.ComponentModel.DataAnnotations;

namespace Patchbay.AspNetCore.Telemetry;

/// <summary>The settings of <c>Patchbay:Telemetry</c>: what other tools may read, and where it is sent.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Patchbay:Telemetry";

    /// <summary>Whether metrics are collected for <c>GET /metrics</c>. Without, the path does not exist.</summary>
    /// <value>The default is true.</value>
    public bool Metrics { get; set; } = true;

    /// <summary>Where metrics and traces are sent by OTLP, for example <c>http://collector:4318</c>; the paths <c>/v1/traces</c> and <c>/v1/metrics</c> are added for HTTP.</summary>
    /// <value>The default is null: the variable <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; without both nothing is sent.</value>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>How it is sent: <c>http/protobuf</c> or <c>grpc</c>.</summary>
    /// <value>The default is null: the variable <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, or <c>http/protobuf</c>.</value>
    [AllowedValues(null, "http/protobuf", "grpc", ErrorMessage = "Patchbay:Telemetry:OtlpProtocol must be http/protobuf or grpc.")]
    public string? OtlpProtocol { get; set; }

    /// <summary>Headers sent with it, <c>name=value</c> with commas between, for example the collector's key. A secret.</summary>
    /// <value>The default is null: the variable <c>OTEL_EXPORTER_OTLP_HEADERS</c>.</value>
    public string? OtlpHeaders { get; set; }

    /// <summary>Which share of the traces that begin here is recorded. A trace that comes with <c>traceparent</c> is recorded when its sender says so.</summary>
    /// <value>The default is 1; 0 to 1.</value>
    [Range(0.0, 1.0, ErrorMessage = "Patchbay:Telemetry:TraceRatio must be between 0 and 1.")]
    public double TraceRatio { get; set; } = 1;

    /// <summary>Seconds between two sendings of metrics. Traces are sent within five seconds.</summary>
    /// <value>The default is 60; 1 to 3,600.</value>
    [Range(1, 3_600, ErrorMessage = "Patchbay:Telemetry:MetricIntervalSeconds must be between 1 and 3600.")]
    public int MetricIntervalSeconds { get; set; } = 60;

    /// <summary>Told when <see cref="HasUsableEndpoint"/> is false.</summary>
    internal const string EndpointFault = "Patchbay:Telemetry:OtlpEndpoint must be an absolute http or https URL.";

    /// <summary>Whether <see cref="OtlpEndpoint"/> is one that can be sent to, or none.</summary>
    internal bool HasUsableEndpoint => OtlpEndpoint is null or { IsAbsoluteUri: true, Scheme: "http" or "https" };
}
