namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>A part of a critical path: the row of the step, or -1 for the execution itself, and how long.</summary>
internal readonly record struct PathSection(int Row, long Nanoseconds);
