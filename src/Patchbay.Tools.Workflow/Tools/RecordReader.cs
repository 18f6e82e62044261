using System.Text.Json;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Reports;

namespace Patchbay.Tools.Workflow.Tools;

/// <summary>Turns arguments into the event model, and says of each part that cannot be turned why not. A refused execution takes its steps with it; a refused step is alone.</summary>
internal sealed class RecordReader
{
    private const int MaxAttributeBytes = 16 * 1024;

    private readonly List<RejectionReport> _rejected = [];

    public List<WorkflowExecution> Executions { get; } = [];

    /// <summary>The position in the arguments of each of <see cref="Executions"/>.</summary>
    public List<int> Positions { get; } = [];

    public List<RejectionReport> Rejected => _rejected;

    public void Read(RecordArguments arguments)
    {
        for (var index = 0; index < arguments.Executions.Count; index++)
        {
            if (Read(arguments.Executions[index], $"/executions/{index}") is not { } execution)
                continue;
            Executions.Add(execution);
            Positions.Add(index);
        }
    }

    private WorkflowExecution? Read(ExecutionArgument argument, string path)
    {
        var before = _rejected.Count;
        List<WorkflowStep> steps = [];
        for (var index = 0; index < (argument.Steps?.Count ?? 0); index++)
        {
            if (Read(argument.Steps![index], $"{path}/steps/{index}") is { } step)
                steps.Add(step);
        }

        var rejectedSteps = _rejected.Count - before;
        if (Header(argument, path, steps) is { } header)
            return new WorkflowExecution { Key = WorkflowExecution.KeyOf(header.WorkflowId, header.ExecutionId), Header = header, Steps = steps, RejectedSteps = rejectedSteps };
        // Its own fault is told first, and those of its steps are of no further interest.
        _rejected.RemoveRange(before, rejectedSteps);
        return null;
    }

    private ExecutionHeader? Header(ExecutionArgument argument, string path, List<WorkflowStep> steps)
    {
        if (!IsName(argument.WorkflowId, $"{path}/workflow_id") || !IsName(argument.ExecutionId, $"{path}/execution_id"))
            return null;
        if (!Timestamp.TryRead(argument.StartedAt, out var started))
            return Reject<ExecutionHeader>($"{path}/started_at", Timestamp.Expectation);
        if (!Moment(argument.EndedAt, $"{path}/ended_at", out var ended) || !Attributes(argument.Attributes, $"{path}/attributes", out var attributes))
            return null;
        if (ended < started)
            return Reject<ExecutionHeader>($"{path}/ended_at", "must not be before started_at");
        var status = Status<ExecutionStatus>(argument.Status);
        if (status == ExecutionStatus.Running && ended is not null)
            return Reject<ExecutionHeader>($"{path}/ended_at", "must be absent while the status is running");
        if (status != ExecutionStatus.Running && ended is null)
        {
            // The last thing known of it is the best end there is.
            ended = steps.Max(step => step.EndedAt ?? step.StartedAt);
            if (ended is null)
                return Reject<ExecutionHeader>($"{path}/ended_at", "is needed once the execution has ended and no step tells the time");
            ended = Math.Max(ended.Value, started);
        }

        return new ExecutionHeader
        {
            WorkflowId = argument.WorkflowId,
            ExecutionId = argument.ExecutionId,
            Version = argument.Version,
            ParentExecutionId = argument.ParentExecutionId,
            Status = status,
            StartedAt = started,
            EndedAt = ended,
            Attributes = attributes,
        };
    }

    private WorkflowStep? Read(StepArgument argument, string path)
    {
        if (!IsName(argument.StepId, $"{path}/step_id") || !IsName(argument.Name, $"{path}/name"))
            return null;
        if (!Moment(argument.ScheduledAt, $"{path}/scheduled_at", out var scheduled) || !Moment(argument.StartedAt, $"{path}/started_at", out var started)
            || !Moment(argument.EndedAt, $"{path}/ended_at", out var ended) || !Attributes(argument.Attributes, $"{path}/attributes", out var attributes))
            return null;
        if (scheduled is null && started is null && ended is null)
            return Reject<WorkflowStep>(path, "needs scheduled_at, started_at or ended_at");
        if (ended < started)
            return Reject<WorkflowStep>($"{path}/ended_at", "must not be before started_at");
        if ((started ?? ended) < scheduled)
            return Reject<WorkflowStep>($"{path}/scheduled_at", "must not be after started_at or ended_at");
        return new WorkflowStep
        {
            StepId = argument.StepId,
            Name = argument.Name,
            ParentStepId = argument.ParentStepId,
            DependsOn = argument.DependsOn ?? [],
            Kind = argument.Kind,
            Attempt = argument.Attempt,
            Status = Status<StepStatus>(argument.Status),
            ScheduledAt = scheduled,
            StartedAt = started,
            EndedAt = ended,
            Worker = argument.Worker,
            ErrorType = argument.Error?.Type,
            ErrorMessage = argument.Error?.Message,
            Attributes = attributes,
        };
    }

    private bool IsName(string name, string path)
    {
        if (!name.Any(char.IsControl))
            return true;
        Reject<object>(path, "must not contain control characters");
        return false;
    }

    private bool Moment(JsonElement? element, string path, out long? moment)
    {
        moment = null;
        if (element is not { ValueKind: not JsonValueKind.Null } given)
            return true;
        if (!Timestamp.TryRead(given, out var nanoseconds))
        {
            Reject<object>(path, Timestamp.Expectation);
            return false;
        }

        moment = nanoseconds;
        return true;
    }

    private bool Attributes(Dictionary<string, JsonElement>? attributes, string path, out ReadOnlyMemory<byte> json)
    {
        json = attributes is null or { Count: 0 } ? default : JsonSerializer.SerializeToUtf8Bytes(attributes, ToolJson.TypeInfo<Dictionary<string, JsonElement>>());
        if (json.Length <= MaxAttributeBytes)
            return true;
        Reject<object>(path, $"must not be larger than {MaxAttributeBytes} bytes");
        return false;
    }

    private static T Status<T>(string name)
        where T : struct, Enum => Enum.Parse<T>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private T? Reject<T>(string path, string reason)
        where T : class
    {
        _rejected.Add(new RejectionReport(path, reason));
        return null;
    }
}
