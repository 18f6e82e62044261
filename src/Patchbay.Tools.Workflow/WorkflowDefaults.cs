using Microsoft.Extensions.Configuration;

namespace Patchbay.Tools.Workflow;

/// <summary>Takes from the server's own settings what the section of the workflow tools does not say.</summary>
internal static class WorkflowDefaults
{
    public static void Apply(WorkflowOptions options, IConfiguration configuration)
    {
        options.Store = configuration["Patchbay:Store:Kind"] == "memory" ? "memory" : "sqlite";
        options.Strict = configuration["Patchbay:Store:Durability"] == "strict";
        options.DatabasePath = Path.Combine(configuration["Patchbay:DataDirectory"] ?? "data", "workflow.db");
    }
}
