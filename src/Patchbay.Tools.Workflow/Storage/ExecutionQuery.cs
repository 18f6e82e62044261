namespace Patchbay.Tools.Workflow.Storage;

/// <summary>Selects executions by their end; running ones by overlap.</summary>
/// <param name="From">The earliest end, inclusive, Unix nanoseconds.</param>
/// <param name="To">The latest end, inclusive. A running execution is selected when it started at or before this.</param>
public readonly record struct ExecutionQuery(long From, long To);
