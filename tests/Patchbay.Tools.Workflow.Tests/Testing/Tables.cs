using Patchbay.Tools.Workflow.Analysis;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Tests.Testing;

/// <summary>Executions and tables for the analyses, without a store.</summary>
internal static class Tables
{
    public static WorkflowStep Step(string id, long start, long end, string? parent = null, string? name = null, string kind = "task", StepStatus status = StepStatus.Succeeded) => new()
    {
        StepId = id,
        Name = name ?? id,
        ParentStepId = parent,
        Kind = kind,
        Status = status,
        StartedAt = start,
        EndedAt = end,
    };

    public static WorkflowExecution Execution(string id, long start, long end, params IReadOnlyList<WorkflowStep> steps) => new()
    {
        Key = WorkflowExecution.KeyOf("w", id),
        Header = new ExecutionHeader { WorkflowId = "w", ExecutionId = id, Status = ExecutionStatus.Succeeded, StartedAt = start, EndedAt = end },
        Steps = steps,
    };

    public static WorkflowTable Of(params IReadOnlyList<WorkflowExecution> executions)
    {
        var builder = new TableBuilder();
        var encoder = new StepEncoder();
        foreach (var execution in executions)
            builder.Add(new StoredExecution(execution.Header, 0, execution.Steps.Count == 0 ? [] : [encoder.Encode(execution.Steps)]));
        return builder.Table;
    }

    /// <summary>The critical path of one execution, first to last, with the names of the steps; the execution itself is <c>*</c>.</summary>
    public static List<(string Step, long Length)> Path(WorkflowExecution execution, double tolerancePercent = 0)
    {
        using var table = Of(execution);
        var tree = new SpanTree();
        tree.Build(table.Executions[0], table.Of(table.Executions[0]));
        var sections = new CriticalPathWalker(tolerancePercent).Walk(tree, 0);
        List<(string, long)> path = [];
        for (var index = sections.Count - 1; index >= 0; index--)
            path.Add((sections[index].Row < 0 ? "*" : table.Names[table.Rows[sections[index].Row].Name], sections[index].Nanoseconds));
        return path;
    }
}
