namespace Patchbay.Tools.Workflow.Reports;

/// <summary>Failures of one type at one step.</summary>
/// <param name="Type">The type; <c>unknown</c> when none was given, <c>timeout</c> for a step that timed out without one.</param>
/// <param name="Step">The name of the step.</param>
/// <param name="Count">How many steps failed so.</param>
/// <param name="FirstSeen">When first, RFC 3339.</param>
/// <param name="LastSeen">When last, RFC 3339.</param>
/// <param name="FirstInExecution">In how many executions it was the first failure.</param>
/// <param name="ExecutionsFailed">How many of those executions failed in the end: the failure spread to the whole.</param>
public sealed record ErrorReport(string Type, string Step, int Count, string FirstSeen, string LastSeen, int FirstInExecution, int ExecutionsFailed);
