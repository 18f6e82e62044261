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
    private readonly List<(int Execution, int Part, long Nanoseconds)> _parts = [];

    private PathFigures(WorkflowTable table, double tolerancePercent)
    {
        _table = table;
        _walker = new CriticalPathWalker(tolerancePercent);
        Critical = new double[table.Names.Count + 1];
        SelfSum = new double[table.Names.Count];
        SelfCount = new int[table.Names.Count];
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

        if (!execution.HasEnded)
            return;
        StepsOutside += _tree.Outside;
        Total += execution.Duration;
        var from = _parts.Count;
        foreach (var section in _walker.Walk(_tree, execution.First))
        {
            var part = section.Row < 0 ? 0 : _table.Rows[section.Row].Name + 1;
            Critical[part] += section.Nanoseconds;
            if (part > 0)
                AddPart(index, part, section.Nanoseconds, from);
        }
    }

    /// <summary>Sections of one name in one execution are one part; there are few names in a path, so looking through the last parts is cheap.</summary>
    private void AddPart(int execution, int part, long nanoseconds, int from)
    {
        for (var at = _parts.Count - 1; at >= Math.Max(from, _parts.Count - 16); at--)
        {
            if (_parts[at].Part != part)
                continue;
            _parts[at] = (execution, part, _parts[at].Nanoseconds + nanoseconds);
            return;
        }

        _parts.Add((execution, part, nanoseconds));
    }

    private WhatIfReport WhatIf(int part)
    {
        var durations = new long[_table.Executions.Count];
        for (var index = 0; index < durations.Length; index++)
            durations[index] = _table.Executions[index].HasEnded ? _table.Executions[index].Duration : UnixTime.Absent;
        foreach (var (execution, other, nanoseconds) in _parts)
        {
            if (other == part)
                durations[execution] -= nanoseconds;
        }

        var running = _table.Executions.Count(execution => !execution.HasEnded);
        RadixSort.Sort(durations, new long[durations.Length]);
        return new WhatIfReport(Name(part), InSeconds.Of(Quantile.Of(durations.AsSpan(running), 0.5)));
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
