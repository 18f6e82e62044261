using Microsoft.Extensions.DependencyInjection;

namespace Patchbay.Tools.Debug;

/// <summary>Registers the debug tools.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds <c>debug/echo</c>, <c>sleep</c>, <c>fail</c>, <c>stream</c>, <c>append</c> and <c>progress</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="dataDirectory">Where <c>debug.log</c> is written.</param>
    public static IServiceCollection AddDebugTools(this IServiceCollection services, string dataDirectory)
    {
        services.AddSingleton<ITool, EchoTool>();
        services.AddSingleton<ITool, SleepTool>();
        services.AddSingleton<ITool, FailTool>();
        services.AddSingleton<ITool, StreamTool>();
        services.AddSingleton<ITool, ProgressTool>();
        services.AddSingleton<ITool>(provider => new AppendTool(dataDirectory, provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
