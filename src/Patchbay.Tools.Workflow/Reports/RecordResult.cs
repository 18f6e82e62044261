namespace Patchbay.Tools.Workflow.Reports;

/// <summary>The result of <c>workflow/record</c>.</summary>
/// <param name="AcceptedExecutions">Executions stored, or known already.</param>
/// <param name="AcceptedSteps">Steps stored, or known already.</param>
/// <param name="Rejected">What was refused; all else is stored.</param>
public sealed record RecordResult(int AcceptedExecutions, int AcceptedSteps, IReadOnlyList<RejectionReport> Rejected);

/// <summary>A refused part of a batch.</summary>
/// <param name="Path">JSON Pointer into the arguments, for example <c>/executions/0/steps/3/ended_at</c>.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record RejectionReport(string Path, string Reason);
