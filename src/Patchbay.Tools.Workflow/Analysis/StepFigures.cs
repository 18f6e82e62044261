using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Statistics;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Figures by step name; the index is that of the table's names.</summary>
internal sealed class StepFigures
{
    private StepFigures(int names)
    {
        Count = new int[names];
        Executions = new int[names];
        Failures = new int[names];
        Attempts = new long[names];
        Rework = new int[names];
    }

    public int[] Count { get; }

    public int[] Executions { get; }

    public int[] Failures { get; }

    public long[] Attempts { get; }

    public int[] Rework { get; }

    public required GroupedSamples Waiting { get; init; }

    public required GroupedSamples Running { get; init; }

    public static StepFigures Of(WorkflowTable table)
    {
        var figures = new StepFigures(table.Names.Count) { Waiting = Samples(table, isWaiting: true), Running = Samples(table, isWaiting: false) };
        figures.CountRows(table);
        return figures;
    }

    private static GroupedSamples Samples(WorkflowTable table, bool isWaiting)
    {
        var samples = new GroupedSamples.Builder(table.RowCount);
        foreach (ref readonly var row in table.Rows)
        {
            var value = isWaiting ? row.Waiting : row.Running;
            if (row.Happened && value != UnixTime.Absent)
                samples.Add(row.Name, value);
        }

        return samples.Build(table.Names.Count);
    }

    private void CountRows(WorkflowTable table)
    {
        // The number of the execution (from 1) in which a name was last seen, and last seen twice.
        var seen = new int[Count.Length];
        var repeated = new int[Count.Length];
        for (var index = 0; index < table.Executions.Count; index++)
        {
            foreach (ref readonly var row in table.Of(table.Executions[index]))
            {
                if (!row.Happened)
                    continue;
                Count[row.Name]++;
                Attempts[row.Name] += row.Attempts;
                Failures[row.Name] += row.HasFailed ? 1 : 0;
                if (seen[row.Name] != index + 1)
                {
                    seen[row.Name] = index + 1;
                    Executions[row.Name]++;
                }
                else if (repeated[row.Name] != index + 1)
                {
                    repeated[row.Name] = index + 1;
                    Rework[row.Name]++;
                }
            }
        }
    }
}
