namespace Patchbay.Store.Executions;

/// <summary>What beginning an execution came to.</summary>
public enum ExecutionOutcome
{
    /// <summary>New: run it, when the ticket has settled.</summary>
    Started,

    /// <summary>The same one runs already; the waiter was added to it.</summary>
    Running,

    /// <summary>The same one has ended; here is its answer, and the waiter was added until the answer is delivered.</summary>
    Finished,

    /// <summary>The id is taken by other content.</summary>
    Conflict,

    /// <summary>The store does not take it now; nothing was recorded.</summary>
    Refused,
}

/// <summary>What beginning an execution came to, and the ticket of what was recorded.</summary>
/// <param name="Outcome">What to do.</param>
/// <param name="Number">The record's number; 0 for a conflict or a refusal.</param>
/// <param name="Ticket">Settles when the record or the waiter is committed; with the fault of a refusal.</param>
/// <param name="Answer">The answer of a finished one.</param>
public readonly record struct ExecutionBegin(ExecutionOutcome Outcome, long Number, CommitTicket Ticket, ExecutionAnswer Answer = default);
