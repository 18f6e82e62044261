using System.Buffers;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Statistics;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>The critical paths of all ended executions, added up by step name. Index 0 is the execution itself, index n+1 the name n.</summary>
internal sealed class PathFigures
{
    /// <summary>What time in which no step ran is called in a report.</summary>
    public const string OwnTime = "(execution)";

    private const int ListedSections = 500;
    private const int ListedShares = 100;
    private const int WhatIfs = 10;

    private readonly WorkflowTable _table;
    private readonly CriticalPathWalker _walker;
    private readonly SpanTree _tree = new();

    /// <summary>What each step name has in each execution's path: the parts of an execution lie together, at most one to a name, so that there is one to a row at most.</summary>
    private readonly int[] _partNames;
    private readonly long[] _partNanoseconds;
    private readonly int[] _partEnds;

    /// <summary>By name: the part that was last added.</summary>
    private readonly int[] _lastParts;
    private int _partCount;

    private PathFigures(WorkflowTable table, double tolerancePercent)
    {
        _table = table;
        _walker = new CriticalPathWalker(tolerancePercent);
        Critical = new double[table.Names.Count + 1];
        SelfSum = new double[table.Names.Count];
        SelfCount = new int[table.Names.Count];
        _partNames = new int[table.RowCount];
        _partNanoseconds = new long[table.RowCount];
        _partEnds = new int[table.Executions.Count];
        _lastParts = new int[table.Names.Count];
        _lastParts.AsSpan().Fill(-1);
    }

    /// <summary>Nanoseconds on critical paths.</summary>
    public double[] Critical { get; }

    public double Total { get; private set; }

    /// <summary>Nanoseconds without a running child, by name, and how many steps they are of.</summary>
    public double[] SelfSum { get; }

    public int[] SelfCount { get; }

    public int StepsOutside { get; private set; }

    public static PathFigures Of(WorkflowTable table, double tolerancePercent, CancellationToken cancellationToken)
    {
        var figures = new PathFigures(table, tolerancePercent);
        for (var index = 0; index < table.Executions.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            figures.Add(index);
        }

        return figures;
    }

    public double Share(int name) => Total > 0 ? Critical[name + 1] / Total : 0;

    public CriticalPathReport Report()
    {
        var order = Enumerable.Range(0, Critical.Length).Where(part => Critical[part] > 0).OrderByDescending(part => Critical[part]).ThenBy(Name, StringComparer.Ordinal).ToList();
        var ended = Enumerable.Range(0, _table.Executions.Count).Where(index => _table.Executions[index].HasEnded)
            .OrderBy(index => _table.Executions[index].Duration).ThenBy(index => _table.Executions[index].Id, StringComparer.Ordinal).ToList();
        return new CriticalPathReport(
            ended.Count == 0 ? [] : [Exemplar(ended, 0.5), Exemplar(ended, 0.95), Exemplar(ended, 1)],
            [.. order.Take(ListedShares).Select(part => new ShareReport(Name(part), InSeconds.Of(Critical[part]), Critical[part] / Total))],
            [.. order.Where(part => part > 0).Take(WhatIfs).Select(WhatIf)]);
    }

    private void Add(int index)
    {
        var execution = _table.Executions[index];
        var rows = _table.Of(execution);
        _tree.Build(execution, rows);
        for (var node = 1; node <= rows.Length; node++)
        {
            if (_tree.Self[node] == UnixTime.Absent || !rows[node - 1].Happened)
                continue;
            SelfSum[rows[node - 1].Name] += _tree.Self[node];
            SelfCount[rows[node - 1].Name]++;
        }

        if (execution.HasEnded)
            AddPath(execution);
        _partEnds[index] = _partCount;
    }

    private void AddPath(ExecutionInfo execution)
    {
        StepsOutside += _tree.Outside;
        Total += execution.Duration;
        var from = _partCount;
        foreach (var section in _walker.Walk(_tree, execution.First))
        {
            if (section.Row < 0)
            {
                Critical[0] += section.Nanoseconds;
                continue;
            }

            var name = _table.Rows[section.Row].Name;
            Critical[name + 1] += section.Nanoseconds;
            ref var part = ref _lastParts[name];
            if (part < from)
            {
                part = _partCount++;
                _partNames[part] = name;
            }

            _partNanoseconds[part] += section.Nanoseconds;
        }
    }

    private WhatIfReport WhatIf(int part)
    {
        // Rented: ten lists of all durations would be most of what an analysis leaves behind.
        var durations = ArrayPool<long>.Shared.Rent(_table.Executions.Count);
        var scratch = ArrayPool<long>.Shared.Rent(_table.Executions.Count);
        var count = 0;
        for (var index = 0; index < _table.Executions.Count; index++)
        {
            if (!_table.Executions[index].HasEnded)
                continue;
            var duration = _table.Executions[index].Duration;
            for (var at = index == 0 ? 0 : _partEnds[index - 1]; at < _partEnds[index]; at++)
                duration -= _partNames[at] == part - 1 ? _partNanoseconds[at] : 0;
            durations[count++] = duration;
        }

        var sorted = durations.AsSpan(0, count);
        RadixSort.Sort(sorted, scratch);
        var report = new WhatIfReport(Name(part), InSeconds.Of(Quantile.Of(sorted, 0.5)));
        ArrayPool<long>.Shared.Return(durations);
        ArrayPool<long>.Shared.Return(scratch);
        return report;
    }

    private ExemplarReport Exemplar(List<int> byDuration, double percentile)
    {
        var execution = _table.Executions[byDuration[(int)Math.Round((byDuration.Count - 1) * percentile, MidpointRounding.AwayFromZero)]];
        _tree.Build(execution, _table.Of(execution));
        var sections = _walker.Walk(_tree, execution.First);
        List<(string Step, long Nanoseconds)> merged = [];
        for (var index = sections.Count - 1; index >= 0; index--)
        {
            var step = sections[index].Row < 0 ? OwnTime : _table.Names[_table.Rows[sections[index].Row].Name];
            if (merged.Count > 0 && merged[^1].Step == step)
                merged[^1] = (step, merged[^1].Nanoseconds + sections[index].Nanoseconds);
            else
                merged.Add((step, sections[index].Nanoseconds));
        }

        var grouped = merged.Count > ListedSections;
        if (grouped)
            merged = [.. merged.GroupBy(section => section.Step, StringComparer.Ordinal).Select(group => (group.Key, group.Sum(section => section.Nanoseconds))).OrderByDescending(section => section.Item2)];
        return new ExemplarReport(
            execution.Id, percentile * 100, InSeconds.Of(execution.Duration), [.. merged.Select(section => new SectionReport(section.Step, InSeconds.Of(section.Nanoseconds)))], grouped);
    }

    private string Name(int part) => part == 0 ? OwnTime : _table.Names[part - 1];
}
