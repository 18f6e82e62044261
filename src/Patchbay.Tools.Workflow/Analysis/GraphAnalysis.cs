using System.Runtime.InteropServices;
using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Statistics;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>The directly-follows graph: one count for each pair of consecutive steps of an execution, and the time between the two.</summary>
internal static class GraphAnalysis
{
    private const int ListedEdges = 500;
    private const int ListedNames = 200;

    public static GraphReport Of(WorkflowTable table)
    {
        Dictionary<long, int> edges = [];
        List<(int From, int To)> pairs = [];
        var gaps = new GroupedSamples.Builder(table.RowCount);
        var transitions = 0;
        var starts = new int[table.Names.Count];
        var ends = new int[table.Names.Count];
        foreach (var execution in table.Executions)
        {
            int previous = -1;
            long time = 0;
            foreach (ref readonly var row in table.Of(execution))
            {
                if (!row.Happened)
                    continue;
                if (previous < 0)
                {
                    starts[row.Name]++;
                }
                else
                {
                    ref var edge = ref CollectionsMarshal.GetValueRefOrAddDefault(edges, ((long)previous << 32) | (uint)row.Name, out var exists);
                    if (!exists)
                    {
                        edge = pairs.Count;
                        pairs.Add((previous, row.Name));
                    }

                    gaps.Add(edge, row.Time - time);
                    transitions++;
                }

                (previous, time) = (row.Name, row.Time);
            }

            if (previous >= 0)
                ends[previous]++;
        }

        return Report(table, pairs, gaps.Build(pairs.Count), starts, ends, transitions);
    }

    private static GraphReport Report(WorkflowTable table, List<(int From, int To)> pairs, GroupedSamples gaps, int[] starts, int[] ends, long transitions)
    {
        var listed = Enumerable.Range(0, pairs.Count)
            .OrderByDescending(edge => gaps[edge].Length)
            .ThenBy(edge => table.Names[pairs[edge].From], StringComparer.Ordinal)
            .ThenBy(edge => table.Names[pairs[edge].To], StringComparer.Ordinal)
            .Take(ListedEdges)
            .Select(edge => Edge(table.Names[pairs[edge].From], table.Names[pairs[edge].To], gaps[edge]));
        return new GraphReport([.. listed], Named(table, starts), Named(table, ends), pairs.Count, transitions);
    }

    private static EdgeReport Edge(string from, string to, ReadOnlySpan<long> gaps)
    {
        var moments = Moments.Of(gaps);
        return new EdgeReport(
            from, to, gaps.Length, InSeconds.Of(moments.Mean), InSeconds.Of(Quantile.Of(gaps, 0.5)), InSeconds.Of(Quantile.Of(gaps, 0.95)),
            InSeconds.Of(moments.Sum), InSeconds.Of(gaps[0]), InSeconds.Of(gaps[^1]), InSeconds.Of(moments.StandardDeviation));
    }

    private static Dictionary<string, int> Named(WorkflowTable table, int[] counts) =>
        Enumerable.Range(0, counts.Length).Where(name => counts[name] > 0).OrderByDescending(name => counts[name]).ThenBy(name => table.Names[name], StringComparer.Ordinal)
            .Take(ListedNames).ToDictionary(name => table.Names[name], name => counts[name]);
}
