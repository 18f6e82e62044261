namespace Patchbay.Tools.Workflow.Storage;

/// <summary>How much is kept. The values of <see cref="WorkflowOptions"/>, as the store uses them.</summary>
internal sealed record StoreBounds(int Workflows, int Executions, long Steps, int StepsPerExecution, TimeSpan Age, TimeSpan RootPatience)
{
    public static StoreBounds From(WorkflowOptions options) => new(
        options.MaxWorkflows, options.MaxExecutionsPerWorkflow, options.MaxStepsPerWorkflow, options.MaxStepsPerExecution,
        TimeSpan.FromDays(options.MaxAgeDays), TimeSpan.FromSeconds(options.RootPatienceSeconds));
}
