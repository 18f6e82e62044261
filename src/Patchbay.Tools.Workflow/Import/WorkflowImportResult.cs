namespace Patchbay.Tools.Workflow.Import;

/// <summary>What came of an import.</summary>
/// <param name="Executions">Executions recorded.</param>
/// <param name="Steps">Steps recorded.</param>
/// <param name="RejectedCount">Rows or events that were refused.</param>
/// <param name="Rejected">The first 100 of them, with the line or number and the reason.</param>
/// <param name="Fault">Why the log could not be read at all, or no further; null when it was read to its end. What was read before is recorded.</param>
public sealed record WorkflowImportResult(int Executions, int Steps, int RejectedCount, IReadOnlyList<string> Rejected, string? Fault);
