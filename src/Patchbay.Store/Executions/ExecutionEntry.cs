namespace Patchbay.Store.Executions;

/// <summary>What a store with a file keeps of a record in memory: enough to decide about a request.</summary>
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

    /// <summary>The answer while it is not to be had elsewhere.</summary>
    public ExecutionAnswer? Answer { get; set; }
}
