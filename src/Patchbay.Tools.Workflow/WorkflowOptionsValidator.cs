using Microsoft.Extensions.Options;

namespace Patchbay.Tools.Workflow;

/// <summary>Checks <see cref="WorkflowOptions"/> when the host starts.</summary>
internal sealed class WorkflowOptionsValidator : IValidateOptions<WorkflowOptions>
{
    private readonly AnnotationsValidator _annotations = new();

    public ValidateOptionsResult Validate(string? name, WorkflowOptions options)
    {
        var ranges = _annotations.Validate(name, options);
        if (ranges.Failed)
            return ranges;
        return options.MaxStepsPerExecution <= options.MaxStepsPerWorkflow
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{WorkflowOptions.Section}:MaxStepsPerWorkflow ({options.MaxStepsPerWorkflow}) must not be less than MaxStepsPerExecution ({options.MaxStepsPerExecution}).");
    }
}

/// <summary>Checks the ranges that stand on the properties.</summary>
[OptionsValidator]
internal sealed partial class AnnotationsValidator : IValidateOptions<WorkflowOptions>;
