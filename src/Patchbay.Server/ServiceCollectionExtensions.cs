using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;
using Patchbay.Server.Diagnostics;
using Patchbay.Server.Diagnostics.Checks;
using Patchbay.Server.Dispatch;
using Patchbay.Server.Dispatch.Methods;
using Patchbay.Server.Events;
using Patchbay.Server.Guard;
using Patchbay.Server.Guard.Audit;
using Patchbay.Server.Guard.Connections;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Network;
using Patchbay.Server.Guard.Penalties;
using Patchbay.Server.Guard.RateLimit;
using Patchbay.Server.Guard.Tickets;
using Patchbay.Server.Guard.Violations;
using Patchbay.Server.Options;
using Patchbay.Server.Sessions;
using Patchbay.Server.Telemetry;
using Patchbay.Store;
using Patchbay.Store.Keys;
using Patchbay.Store.Memory;
using Patchbay.Store.Sqlite;
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
        services.AddSingleton<IValidateOptions<PatchbayOptions>, PatchbayOptionsFaults>();
        services.AddSingleton<LiveSettings>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(IdSource.System);
        services.AddSingleton<ToolCatalog>();
        services.AddSingleton<IToolRegistry>(provider => provider.GetRequiredService<ToolCatalog>());
        services.AddSingleton<SessionRegistry>();
        services.AddMetrics();
        services.AddSingleton<RequestInstrument>();
        services.AddSingleton<EventInstruments>();
        services.AddSingleton<StatisticsBook>();
        services.AddHostedService<ServerInstruments>();
        // The engine is asked for when a check runs: it needs the catalogue, and a tool in there needs the checks.
        foreach (var make in EngineChecks.Makers)
            services.AddSingleton(provider => make(provider.GetRequiredService<Engine>));
        services.AddSingleton<Deadlines>();
        services.AddSingleton<Faults>();
        services.AddSingleton(provider => Follow(provider, options => new ConnectionSettings(options)));
        services.AddSingleton<Engine>();
        services.AddSingleton<IDiagnosticChannel>(provider => new RoomNotices(provider.GetRequiredService<Engine>));
        services.TryAddSingleton(OpenStore);
        AddGuard(services);
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<Method, Ping>();
        services.AddSingleton<Method, SessionHello>();
        services.AddSingleton<Method, SessionClose>();
        services.AddSingleton<Method, ToolsList>();
        services.AddSingleton(provider => new ToolsCall(provider.GetRequiredService<ToolCatalog>(), Follow(provider, options => options.Limits.DefaultTimeoutMs)));
        services.AddSingleton<Method>(provider => provider.GetRequiredService<ToolsCall>());
        services.AddSingleton<Method, SessionResume>();
        services.AddSingleton<Method, RequestsCancel>();
        services.AddSingleton<Method, DiagnosticsReport>();
        services.AddSingleton<Method, DiagnosticsSubscribe>();
        services.AddSingleton<Method, DiagnosticsUnsubscribe>();
        services.AddSingleton<Method>(_ => new EventsSubscribe(subscribe: true));
        services.AddSingleton<Method>(_ => new EventsSubscribe(subscribe: false));
        services.AddHostedService<Recovery>();
        services.AddHostedService<Sweep>();
        services.AddHostedService<Drain>();
        return services;
    }

    private static void AddGuard(IServiceCollection services)
    {
        services.AddSingleton(provider => SqliteKeyFile.Open(Settings(provider).DataDirectory, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => provider.GetRequiredService<SqliteKeyFile>().Keys);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteKeyFile>().Penalties);
        services.AddSingleton(provider => Pepper.Open(Settings(provider).DataDirectory));
        services.AddSingleton<KeyCommands>();
        services.AddSingleton<PenaltyCommands>();
        services.AddSingleton<PenaltyKeeper>();
        services.AddSingleton(provider => new KeyRing(
            provider.GetRequiredService<IKeyStore>(),
            provider.GetRequiredService<Pepper>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IConfiguration>()["PATCHBAY_API_KEY"],
            keyId => provider.GetRequiredService<Engine>().CloseKey(keyId, CloseCodes.InvalidApiKey)));
        services.AddSingleton(provider => new TicketDesk(
            provider.GetRequiredService<TimeProvider>(), id => id == ProbeKey.Key.Id ? ProbeKey.Key : provider.GetRequiredService<KeyRing>().Find(id)));
        services.AddSingleton(provider => new KeyLimiter(
            provider.GetRequiredService<TimeProvider>(),
            Follow(provider, options => new RateLimitSettings(options.RateLimit.MessagesPerMinute, options.RateLimit.Penalties)),
            step => provider.GetRequiredService<Engine>().TellStep(step)));
        services.AddOptions<AuditOptions>().BindConfiguration("Patchbay:Audit").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IAuditLog>(provider => new AuditLog(
            Settings(provider).DataDirectory,
            provider.GetRequiredService<IOptions<AuditOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AuditLog>>(),
            trouble => provider.GetRequiredService<Engine>().Diagnose(DiagnosticLevel.Critical, "audit", trouble)));
        services.AddSingleton(provider => new ViolationLog(
            provider.GetRequiredService<IAuditLog>(), violation => provider.GetRequiredService<Engine>().TellViolation(violation)));
        services.AddSingleton(provider => new AddressGuard(
            provider.GetRequiredService<TimeProvider>(), Follow(provider, options => options.Limits.HandshakesPerMinutePerAddress)));
        services.AddSingleton(provider => new ConnectionLedger(
            Follow(provider, options => new ConnectionLimits(options.Limits.ConnectionsPerKey, options.Limits.ConnectionsPerAddress))));
        services.AddSingleton(provider => Follow(provider, NetworkRules.From));
        services.AddHostedService(provider => new Upkeep(
            provider.GetRequiredService<KeyRing>(),
            provider.GetRequiredService<PenaltyKeeper>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Upkeep>>(),
            trouble => provider.GetRequiredService<Engine>().Diagnose(DiagnosticLevel.Critical, "store", trouble)));
    }

    private static IStore OpenStore(IServiceProvider provider)
    {
        var settings = Settings(provider);
        var time = provider.GetRequiredService<TimeProvider>();
        return settings.Store.Kind == StoreKind.Memory
            ? new MemoryStore(settings.Store.ToOptions(), time)
            : SqliteStore.Open(settings.DataDirectory, settings.Store.ToOptions(), time, provider.GetRequiredService<ILogger<SqliteStore>>());
    }

    private static PatchbayOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<PatchbayOptions>>().Value;

    private static Func<T> Follow<T>(IServiceProvider provider, Func<PatchbayOptions, T> select) => provider.GetRequiredService<LiveSettings>().Follow(select);

    /// <summary>Adds a tool.</summary>
    public static IServiceCollection AddTool(this IServiceCollection services, ITool tool) => services.AddSingleton(tool);
}
