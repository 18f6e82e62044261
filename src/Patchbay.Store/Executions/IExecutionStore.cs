namespace Patchbay.Store.Executions;

/// <summary>Execute-once records: written before a tool starts, answered from afterwards.</summary>
public interface IExecutionStore
{
    /// <summary>Records an execution, or finds the one that is there. Of two calls with one key exactly one is <see cref="ExecutionOutcome.Started"/>.</summary>
    /// <remarks>
    /// When the ticket of a <see cref="ExecutionOutcome.Started"/> settles with a fault, the record does not exist and the tool must not run; requests that
    /// were attached in between are to be refused with it.
    /// </remarks>
    ValueTask<ExecutionBegin> BeginAsync(ExecutionStart start, CancellationToken cancellationToken);

    /// <summary>Stores the answer; from here on the same key is answered with it, for its time. A second answer is not taken: <see cref="StoreFault.NotFound"/>.</summary>
    CommitTicket Finish(long number, ExecutionAnswer answer);

    /// <summary>Takes a request off the waiting ones without an answer: it was cancelled, or its session has ended.</summary>
    CommitTicket Abandon(long number, ExecutionWaiter waiter);

    /// <summary>Every execution that was cut off or has requests waiting, in the order they started: what a starting server takes over.</summary>
    ValueTask<IReadOnlyList<ExecutionRecord>> ReadOpenAsync(CancellationToken cancellationToken);
}
