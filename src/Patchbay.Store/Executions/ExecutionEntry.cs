using Patchbay.Store.Memory;

namespace Patchbay.Store.Executions;

/// <summary>One record in memory: enough to decide about a request, with what a store wants to hang on it.</summary>
internal sealed class ExecutionEntry(ExecutionKey key, UInt128 digest, long number, StoreTime createdAt)
{
    public ExecutionKey Key { get; } = key;

    public UInt128 Digest { get; } = digest;

    public long Number { get; } = number;

    public StoreTime CreatedAt { get; } = createdAt;

    /// <summary>When it ended; null while it runs.</summary>
    public StoreTime? EndedAt { get; set; }

    /// <summary>Bytes of params while it runs, of the answer afterwards.</summary>
    public long Bytes { get; set; }

    /// <summary>What a memory store keeps beside it; null in other stores, which have it in their file.</summary>
    public MemoryExecution? InMemory { get; set; }

    /// <summary>The answer while it is not to be had elsewhere.</summary>
    public ExecutionAnswer? Answer { get; set; }
}
