using Patchbay.Store.Executions;

namespace Patchbay.Store.Memory;

/// <summary>What a memory store keeps of an execution beside its index entry.</summary>
internal sealed class MemoryExecution(ExecutionStart start)
{
    /// <summary>What was recorded; without params once it has ended.</summary>
    public ExecutionStart Start { get; set; } = start;

    /// <summary>Who waits.</summary>
    public List<ExecutionWaiter> Waiters { get; } = [];
}
