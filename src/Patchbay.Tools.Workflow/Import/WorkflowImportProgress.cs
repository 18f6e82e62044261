namespace Patchbay.Tools.Workflow.Import;

/// <summary>How far an import has come.</summary>
/// <param name="Executions">Executions recorded so far.</param>
/// <param name="Steps">Steps recorded so far.</param>
/// <param name="Rejected">Rows or events refused so far.</param>
public readonly record struct WorkflowImportProgress(int Executions, int Steps, int Rejected);
