using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Says what the figures rest on, and what is wrong with it.</summary>
internal static class CoverageAnalysis
{
    public static CoverageReport Of(WorkflowTable table, WorkflowEntry entry, int stepsOutside, long now, long quietPeriod)
    {
        int orphaned = 0, cyclic = 0, incomplete = 0, future = 0;
        foreach (ref readonly var row in table.Rows)
        {
            orphaned += row.Flags.HasFlag(StepFlags.Orphan) ? 1 : 0;
            cyclic += row.Flags.HasFlag(StepFlags.Cyclic) ? 1 : 0;
        }

        foreach (var execution in table.Executions)
        {
            incomplete += !execution.HasEnded || execution.Rootless || (execution.IsTrace && now - execution.ReceivedAt < quietPeriod) ? 1 : 0;
            future += execution.HasEnded && execution.Ended > now ? 1 : 0;
        }

        return new CoverageReport(
            entry.ExecutionsSeen, entry.ExecutionsKept, entry.Evicted, Time(entry.Oldest), Time(entry.Newest), incomplete,
            table.Executions.Count, table.RowCount, entry.StepsKept, entry.Rejected, orphaned, cyclic, future, stepsOutside);
    }

    private static string? Time(long? time) => time is { } known ? UnixTime.Format(known) : null;
}
