using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Workflow.Activity;
using Patchbay.Tools.Workflow.Analysis;
using Patchbay.Tools.Workflow.Import;
using Patchbay.Tools.Workflow.Otlp;
using Patchbay.Tools.Workflow.Storage;
using Patchbay.Tools.Workflow.Tools;

namespace Patchbay.Tools.Workflow;

/// <summary>Adds the workflow tools to a server.</summary>
public static class WorkflowExtensions
{
    /// <summary>
    /// Adds <c>workflow/record</c> and <c>workflow/analyze</c> (as <see cref="ITool"/>), their store, the OTLP receiver and the recorder of the server's own sessions.
    /// Settings come from <c>Patchbay:Workflow</c> and are validated when the host starts; kind and place of the store follow <c>Patchbay:Store</c> and
    /// <c>Patchbay:DataDirectory</c> unless they are set there.
    /// </summary>
    public static IServiceCollection AddWorkflowTools(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<WorkflowOptions>()
            .Configure<IConfiguration>(WorkflowDefaults.Apply)
            .BindConfiguration(WorkflowOptions.Section)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<WorkflowOptions>, WorkflowOptionsValidator>();
        services.TryAddSingleton<IWorkflowStore>(CreateStore);
        services.AddSingleton<WorkflowAnalyzer>();
        services.AddSingleton<OtlpTraceReceiver>();
        services.AddSingleton<WorkflowImporter>();
        services.AddSingleton<ServerActivity>();
        services.AddSingleton<ISessionObserver>(provider => provider.GetRequiredService<ServerActivity>());
        services.AddHostedService(provider => provider.GetRequiredService<ServerActivity>());
        services.AddSingleton<ITool, RecordTool>();
        services.AddSingleton<ITool, AnalyzeTool>();
        return services;
    }

    private static IWorkflowStore CreateStore(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<WorkflowOptions>>().Value;
        var clock = services.GetRequiredService<TimeProvider>();
        return options.Store == "memory"
            ? new MemoryWorkflowStore(StoreBounds.From(options), clock)
            : new SqliteWorkflowStore(options.DatabasePath, options.Strict, StoreBounds.From(options), clock);
    }
}
