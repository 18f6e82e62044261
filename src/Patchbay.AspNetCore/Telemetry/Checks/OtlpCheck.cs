using System.Net.Sockets;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.AspNetCore.Telemetry.Checks;

/// <summary>Whether the place metrics and traces are sent to takes connections.</summary>
internal sealed class OtlpCheck(OtlpExport export) : IDiagnosticCheck
{
    public string Id => "telemetry.otlp";

    public string Component => "services";

    public DiagnosticLevel Level => DiagnosticLevel.Full;

    public async ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        if (export.Endpoint is not { } endpoint)
            return CheckReading.Skip($"Nothing is sent ({TelemetryOptions.Section}:OtlpEndpoint).");
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            return new CheckReading(CheckStatus.Healthy, "The collector takes connections.");
        }
        catch (SocketException fault)
        {
            return new CheckReading(CheckStatus.Degraded, $"No connection to the collector ({fault.SocketErrorCode}).") { Hint = "Metrics and traces are lost meanwhile: does the collector run?" };
        }
    }
}
