using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Checks;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;
using Patchbay.Tools.System.Telemetry;

namespace Patchbay.Tools.System;

/// <summary>Puts the system tools into a host.</summary>
public static class SystemToolsExtensions
{
    /// <summary>
    /// Adds <c>system/performance</c>, <c>system/diagnostics</c>, <see cref="IHostFigures"/> and the sampler that feeds them once a second.
    /// Settings come from the section <c>Patchbay:System</c> and are checked when the host starts.
    /// </summary>
    /// <exception cref="OptionsValidationException">When the host starts: a setting is out of its range.</exception>
    public static IServiceCollection AddSystemTools(this IServiceCollection services)
    {
        services.AddOptions<SystemOptions>().BindConfiguration(SystemOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SystemOptions>().PostConfigure<IConfiguration>((options, configuration) =>
            options.ProbeDirectory ??= configuration["Patchbay:DataDirectory"] ?? "data");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => SourceFactory.Create(
            provider.GetRequiredService<IOptions<SystemOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Sampler>();
        services.AddSingleton<IHostFigures>(provider => provider.GetRequiredService<Sampler>());
        services.AddHostedService<SamplerService>();
        services.AddMetrics();
        services.AddHostedService<SystemInstruments>();
        services.AddSingleton<PerformanceReporter>();
        services.AddSingleton<ITool, PerformanceTool>();
        services.AddSingleton<UnobservedFaults>();
        services.AddSingleton(provider => new ThreadPoolWatch(provider.GetRequiredService<TimeProvider>(), provider.GetService<IDiagnosticChannel>()));
        services.AddHostedService(provider => provider.GetRequiredService<ThreadPoolWatch>());
        services.AddSingleton(provider => BuiltInChecks.Of(
            provider.GetRequiredService<Sampler>(), provider.GetRequiredService<UnobservedFaults>(), provider.GetRequiredService<ThreadPoolWatch>(),
            provider.GetRequiredService<IOptions<SystemOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DiagnosticRunner>();
        services.AddSingleton<ITool, DiagnosticsTool>();
        services.AddSingleton<IHealthReporter, HealthReporter>();
        return services;
    }
}
