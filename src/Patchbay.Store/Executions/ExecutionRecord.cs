namespace Patchbay.Store.Executions;

/// <summary>An execution that a starting server has to deal with: it was cut off, or its answer has not gone to everyone who waits for it.</summary>
public sealed record ExecutionRecord
{
    /// <summary>The record's number.</summary>
    public required long Number { get; init; }

    /// <summary>What was recorded before it started, the params only when it is repeatable, <see cref="ExecutionStart.Waiter"/> null.</summary>
    public required ExecutionStart Start { get; init; }

    /// <summary>When it started.</summary>
    public required StoreTime CreatedAt { get; init; }

    /// <summary>The answer, when it ended; null when it was cut off.</summary>
    public ExecutionAnswer? Answer { get; init; }

    /// <summary>The requests that have not got their answer, in no particular order.</summary>
    public required IReadOnlyList<ExecutionWaiter> Waiters { get; init; }
}
