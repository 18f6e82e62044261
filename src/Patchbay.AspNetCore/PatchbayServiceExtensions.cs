using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Patchbay.AspNetCore.Doors;
using Patchbay.AspNetCore.Endpoints;
using Patchbay.AspNetCore.Telemetry;
using Patchbay.Server;

namespace Patchbay.AspNetCore;

/// <summary>Registers Patchbay in an ASP.NET Core application.</summary>
public static class PatchbayServiceExtensions
{
    private const long MaxBodyBytes = 1_048_576;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Adds the server and its endpoints; map them with <see cref="PatchbayApplicationExtensions.MapPatchbay"/>.</summary>
    public static IServiceCollection AddPatchbay(this IServiceCollection services)
    {
        services.AddPatchbayServer();
        services.AddSingleton<Door>();
        services.AddSingleton<WebSocketEndpoint>();
        services.AddSingleton<StatusEndpoint>();
        services.AddSingleton<ToolsEndpoint>();
        services.AddSingleton<TicketsEndpoint>();
        services.AddSingleton<DiagnosticsEndpoint>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton<HealthDetailEndpoint>();
        services.AddPatchbayTelemetry();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            // WebSockets come by HTTP/1.1 (RFC 6455); nothing here gains by more.
            kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http1);
        });
        // The framework's request log writes query strings, tickets among them: it stays off whatever the settings say.
        services.PostConfigure<LoggerFilterOptions>(filter =>
            filter.Rules.Add(new LoggerFilterRule(null, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None, null)));
        return services;
    }
}
