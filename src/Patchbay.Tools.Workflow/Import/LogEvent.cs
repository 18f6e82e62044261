using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Import;

/// <summary>One row or event of a log: a step of a case, or why it is none.</summary>
internal readonly record struct LogEvent(string Case, WorkflowStep? Step, string? Fault);
