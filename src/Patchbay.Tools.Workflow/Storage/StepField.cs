namespace Patchbay.Tools.Workflow.Storage;

/// <summary>Which optional fields of a packed step are present.</summary>
[Flags]
internal enum StepField
{
    None = 0,
    Parent = 1,
    DependsOn = 2,
    Scheduled = 4,
    Started = 8,
    Ended = 16,
    Worker = 32,
    ErrorType = 64,
    ErrorMessage = 128,
}
