using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Tools;

/// <summary><c>workflow/record</c>.</summary>
internal sealed class RecordTool(IWorkflowStore store) : Tool<RecordArguments, RecordResult>
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "workflow/record",
        Title = "Record workflow executions",
        Description = "Stores executions and their steps for workflow/analyze. The same may be sent again and in any order; what cannot be stored is told piece by piece and the rest is stored.",
        InputSchema = TimeSchema.Complete(InputSchema),
        OutputSchema = OutputSchema,
        Annotations = new ToolAnnotations(Idempotent: true),
        Scope = "workflow",
    };

    protected override async ValueTask<ToolResult<RecordResult>> RunAsync(RecordArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var reader = new RecordReader();
        reader.Read(arguments);
        var outcome = await store.RecordAsync(reader.Executions, cancellationToken).ConfigureAwait(false);
        foreach (var refused in outcome.Refused)
            reader.Rejected.Add(new RejectionReport($"/executions/{reader.Positions[refused.Index]}", refused.Reason));
        var lost = outcome.Refused.Sum(refused => reader.Executions[refused.Index].Steps.Count);
        return new RecordResult(
            reader.Executions.Count - outcome.Refused.Count, reader.Executions.Sum(execution => execution.Steps.Count) - lost, reader.Rejected);
    }
}
