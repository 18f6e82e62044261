namespace Patchbay.Tools.Workflow.Statistics;

/// <summary>A value with the bounds of its confidence interval.</summary>
internal readonly record struct Interval(double Value, double Low, double High);
