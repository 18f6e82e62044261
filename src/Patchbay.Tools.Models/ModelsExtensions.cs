using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.Models.Calls;
using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Chat;
using Patchbay.Tools.Models.Checks;
using Patchbay.Tools.Models.Embeddings;
using Patchbay.Tools.Models.Listing;
using Patchbay.Tools.Models.Options;
using Patchbay.Tools.Models.Telemetry;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models;

/// <summary>Adds the model tools to a server.</summary>
public static class ModelsExtensions
{
    /// <summary>
    /// Adds <c>models/list</c>, <c>models/chat</c> and <c>models/embed</c>, and two checks for each configured upstream. Settings come from <c>Patchbay:Models</c>
    /// and are validated when the host starts. Figures go to the meter <c>Patchbay.Models</c>, spans to the source of the same name. Models that run in the
    /// server are those registered as <see cref="LocalModel"/>.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">Where the upstreams are named: each gets checks of its own. A name that comes later is only seen at the next start.</param>
    public static IServiceCollection AddModelTools(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ModelsOptions>().BindConfiguration(ModelsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ModelsOptions>, ModelsOptionsValidator>();
        services.AddSingleton<ModelMetrics>();
        services.AddSingleton(_ => new RetryDelay(RandomNumberGenerator.GetInt32(int.MaxValue)));
        services.AddSingleton(provider => new TokenBudget(provider.GetRequiredService<IOptions<ModelsOptions>>().Value.TokensPerHourPerKey, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<ModelGateway>();
        services.AddSingleton<ITool, ListTool>();
        services.AddSingleton<ITool, ChatTool>();
        services.AddSingleton<ITool, EmbedTool>();
        foreach (var upstream in configuration.GetSection(ModelsOptions.Section).GetSection(nameof(ModelsOptions.Upstreams)).GetChildren())
        {
            var name = upstream.Key;
            services.AddSingleton<IDiagnosticCheck>(provider => new UpstreamCheck(name, provider.GetRequiredService<ModelCatalog>(), provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IDiagnosticCheck>(provider => new BreakerCheck(name, provider.GetRequiredService<ModelCatalog>()));
        }

        return services;
    }
}
