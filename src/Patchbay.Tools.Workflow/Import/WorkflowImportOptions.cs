namespace Patchbay.Tools.Workflow.Import;

/// <summary>The format of an event log.</summary>
public enum LogFormat
{
    /// <summary>Comma-, semicolon- or tab-separated values with a header line (RFC 4180 quoting).</summary>
    Csv,

    /// <summary>eXtensible Event Stream, IEEE 1849.</summary>
    Xes,
}

/// <summary>How an event log is read.</summary>
public sealed record WorkflowImportOptions
{
    /// <summary>The workflow the executions are recorded under. 1 to 256 characters.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>The format.</summary>
    public required LogFormat Format { get; init; }

    /// <summary>CSV: the column of the execution id.</summary>
    /// <value>The default is null: <c>case</c>, <c>case_id</c>, <c>case:concept:name</c>, <c>execution_id</c> or <c>trace_id</c>, whichever is there.</value>
    public string? CaseColumn { get; init; }

    /// <summary>CSV: the column of the step name.</summary>
    /// <value>The default is null: <c>activity</c>, <c>concept:name</c>, <c>task</c>, <c>event</c>, <c>step</c> or <c>name</c>.</value>
    public string? ActivityColumn { get; init; }

    /// <summary>CSV: the column of the time at which the step was done.</summary>
    /// <value>The default is null: <c>timestamp</c>, <c>time:timestamp</c>, <c>end_timestamp</c>, <c>complete_timestamp</c> or <c>ended_at</c>.</value>
    public string? TimestampColumn { get; init; }

    /// <summary>CSV: the column of the time at which the step was begun; need not exist.</summary>
    /// <value>The default is null: <c>start_timestamp</c> or <c>started_at</c>.</value>
    public string? StartColumn { get; init; }

    /// <summary>CSV: the column of who did the step; need not exist.</summary>
    /// <value>The default is null: <c>resource</c>, <c>org:resource</c>, <c>worker</c> or <c>user</c>.</value>
    public string? WorkerColumn { get; init; }

    /// <summary>Told each time some ten thousand steps more are recorded.</summary>
    /// <value>The default is null.</value>
    public IProgress<WorkflowImportProgress>? Progress { get; init; }
}
