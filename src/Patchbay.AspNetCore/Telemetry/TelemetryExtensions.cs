using Microsoft.Extensions.DependencyInjection;
using Patchbay.AspNetCore.Telemetry.Checks;
using Patchbay.AspNetCore.Telemetry.Exposition;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.AspNetCore.Telemetry;

/// <summary>Registers what lets other tools see the server.</summary>
internal static class TelemetryExtensions
{
    public static void AddPatchbayTelemetry(this IServiceCollection services)
    {
        services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateDataAnnotations()
            .Validate(options => options.HasUsableEndpoint, TelemetryOptions.EndpointFault).ValidateOnStart();
        services.AddSingleton<MetricsCollector>();
        services.AddHostedService<TelemetryService>();
        services.AddSingleton<OtlpExport>();
        services.AddHostedService(provider => provider.GetRequiredService<OtlpExport>());
        services.AddSingleton<OwnAddresses>();
        services.AddSingleton<IDiagnosticCheck, OwnCertificateCheck>();
        services.AddSingleton<IDiagnosticCheck, OtlpCheck>();
        services.AddSingleton<IDiagnosticCheck, WebSocketEchoCheck>();
    }
}
