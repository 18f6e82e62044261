using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Patchbay.Server.Catalog;
using Patchbay.Server.Diagnostics;
using Patchbay.Server.Dispatch;
using Patchbay.Server.Dispatch.Methods;
using Patchbay.Server.Events;
using Patchbay.Server.Options;
using Patchbay.Server.Sessions;
using Patchbay.Tools;

namespace Patchbay.Server;

/// <summary>Registers the engine.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds the engine with its settings from the section <c>Patchbay</c>.</summary>
    public static IServiceCollection AddPatchbayServer(this IServiceCollection services)
    {
        services.AddOptions<PatchbayOptions>().BindConfiguration(PatchbayOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PatchbayOptions>, PatchbayOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(IdSource.System);
        services.AddSingleton<ToolCatalog>();
        services.AddSingleton<IToolRegistry>(provider => provider.GetRequiredService<ToolCatalog>());
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<Traffic>();
        services.AddSingleton<Deadlines>();
        services.AddSingleton<Faults>();
        services.AddSingleton<Engine>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<Method, Ping>();
        services.AddSingleton<Method, SessionHello>();
        services.AddSingleton<Method, SessionClose>();
        services.AddSingleton<Method, ToolsList>();
        services.AddSingleton<Method>(provider => new ToolsCall(
            provider.GetRequiredService<ToolCatalog>(), provider.GetRequiredService<IOptions<PatchbayOptions>>().Value.Limits.DefaultTimeoutMs));
        services.AddSingleton<Method, RequestsCancel>();
        services.AddSingleton<Method>(_ => new EventsSubscribe(subscribe: true));
        services.AddSingleton<Method>(_ => new EventsSubscribe(subscribe: false));
        services.AddHostedService<Sweep>();
        services.AddHostedService<Drain>();
        return services;
    }

    /// <summary>Adds a tool.</summary>
    public static IServiceCollection AddTool(this IServiceCollection services, ITool tool) => services.AddSingleton(tool);
}
