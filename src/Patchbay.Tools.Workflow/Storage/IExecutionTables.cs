namespace Patchbay.Tools.Workflow.Storage;

/// <summary>The few operations <see cref="BoundedRecorder"/> needs of a database. Called by one writer at a time, inside one transaction.</summary>
internal interface IExecutionTables
{
    /// <summary>The row of a workflow, made when there is none; null when no further workflow has room.</summary>
    int? Workflow(string name);

    ExecutionRow? Find(string key);

    void Insert(ExecutionRow row);

    void Update(ExecutionRow row);

    /// <summary>Removes an execution with its chunks.</summary>
    void Delete(long id, int chunks);

    StepChunk ReadChunk(long id, int number);

    void WriteChunk(long id, int number, StepChunk chunk);

    void DeleteChunk(long id, int number);

    /// <summary>Adds to the counters of a workflow.</summary>
    void Count(int workflow, WorkflowDelta delta);

    (long Executions, long Steps) Held(int workflow);

    /// <summary>The executions of a workflow that were not heard of for the longest time.</summary>
    IReadOnlyList<ExecutionRow> Oldest(int workflow, int limit);

    /// <summary>Executions of any workflow last heard of before a time.</summary>
    IReadOnlyList<ExecutionRow> ReceivedBefore(long time, int limit);

    /// <summary>Traces that wait for their root and were last heard of before a time.</summary>
    IReadOnlyList<ExecutionRow> WaitingBefore(long time, int limit);
}
