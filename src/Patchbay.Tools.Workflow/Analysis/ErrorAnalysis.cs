using System.Runtime.InteropServices;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Reports;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Failures by type and step: where they begin, and whether the execution fell with them.</summary>
internal static class ErrorAnalysis
{
    private const int Listed = 100;
    private const int Unknown = -1;
    private const int Timeout = -2;

    public static IReadOnlyList<ErrorReport> Of(WorkflowTable table)
    {
        Dictionary<(int Error, int Name), Failures> found = [];
        foreach (var execution in table.Executions)
            Add(table, execution, found);
        return
        [
            .. found.Select(error => new ErrorReport(
                    Type(table, error.Key.Error), table.Names[error.Key.Name], error.Value.Count, UnixTime.Format(error.Value.First), UnixTime.Format(error.Value.Last),
                    error.Value.FirstInExecution, error.Value.ExecutionsFailed))
                .OrderByDescending(error => error.Count).ThenBy(error => error.Step, StringComparer.Ordinal).ThenBy(error => error.Type, StringComparer.Ordinal)
                .Take(Listed),
        ];
    }

    private static void Add(WorkflowTable table, ExecutionInfo execution, Dictionary<(int Error, int Name), Failures> found)
    {
        var first = -1;
        var rows = table.Of(execution);
        for (var index = 0; index < rows.Length; index++)
        {
            ref readonly var row = ref rows[index];
            if (!row.HasFailed)
                continue;
            ref var failures = ref CollectionsMarshal.GetValueRefOrAddDefault(found, Key(row), out var exists);
            var when = When(row);
            failures.Count++;
            failures.First = exists ? Math.Min(failures.First, when) : when;
            failures.Last = exists ? Math.Max(failures.Last, when) : when;
            // A failure runs from the inside out and the parents end later; of those that end together, the inner one began later.
            if (first < 0 || when < When(rows[first]) || (when == When(rows[first]) && row.Time >= rows[first].Time))
                first = index;
        }

        if (first < 0)
            return;
        ref var origin = ref CollectionsMarshal.GetValueRefOrAddDefault(found, Key(rows[first]), out _);
        origin.FirstInExecution++;
        origin.ExecutionsFailed += execution.HasFailed ? 1 : 0;
    }

    private static long When(in StepRow row) => row.Ended == UnixTime.Absent ? row.Time : row.Ended;

    private static (int Error, int Name) Key(in StepRow row) => (row.Error >= 0 ? row.Error : row.Status == StepStatus.TimedOut ? Timeout : Unknown, row.Name);

    private static string Type(WorkflowTable table, int error) => error switch { Unknown => "unknown", Timeout => "timeout", _ => table.Labels[error] };

    private struct Failures
    {
        public int Count;
        public long First;
        public long Last;
        public int FirstInExecution;
        public int ExecutionsFailed;
    }
}
