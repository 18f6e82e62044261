namespace Patchbay.Tools.Workflow.Reports;

/// <summary>The directly-follows graph.</summary>
/// <param name="Edges">The edges by falling count; the first 500.</param>
/// <param name="Starts">How many executions began with a step.</param>
/// <param name="Ends">How many executions ended with a step.</param>
/// <param name="EdgeCount">How many edges there are.</param>
/// <param name="Transitions">The sum of all counts: steps minus executions.</param>
public sealed record GraphReport(
    IReadOnlyList<EdgeReport> Edges, IReadOnlyDictionary<string, int> Starts, IReadOnlyDictionary<string, int> Ends, int EdgeCount, long Transitions);

/// <summary>One step directly followed by another, with the time between the two in seconds.</summary>
public sealed record EdgeReport(
    string From, string To, int Count, double MeanS, double MedianS, double P95S, double SumS, double MinS, double MaxS, double StdevS);
