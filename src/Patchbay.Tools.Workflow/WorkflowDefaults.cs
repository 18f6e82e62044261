using Microsoft.Extensions.Configuration;

namespace Patchbay.Tools.Workflow;

/// <summary>Takes from the server's own settings what the section of the workflow tools does not say.</summary>
internal static class WorkflowDefaults
{
    public static void Apply(WorkflowOptions options, IConfiguration configuration)
    {
        // A kind this room does not have is refused by the validation: it must not quietly become another.
        options.Store = configuration["Patchbay:Store:Kind"]?.ToLowerInvariant() ?? "sqlite";
        options.Strict = string.Equals(configuration["Patchbay:Store:Durability"], "strict", StringComparison.OrdinalIgnoreCase);
        options.DatabasePath = Path.Combine(configuration["Patchbay:DataDirectory"] ?? "data", "workflow.db");
    }
}
