namespace Patchbay.Store;

/// <summary>Bounds and lifetimes of a store.</summary>
public sealed record StoreOptions
{
    /// <summary>What a committed write survives. A memory store is always <see cref="Durability.Memory"/>; a file never is.</summary>
    /// <value>The default is <see cref="Durability.Balanced"/>.</value>
    public Durability Durability { get; init; } = Durability.Balanced;

    /// <summary>How long an execute-once record is kept after its execution has ended, in seconds of running, 1 to 86,400.</summary>
    /// <value>The default is 600.</value>
    public int ExecutionLifeSeconds { get; init; } = 600;

    /// <summary>How long the reason of an ended session is kept, in seconds of running, 1 to 86,400.</summary>
    /// <value>The default is 600.</value>
    public int TombstoneLifeSeconds { get; init; } = 600;

    /// <summary>The most execute-once records, 16 to 10,000,000. Beyond it the oldest ended one is dropped before its time, and counted.</summary>
    /// <value>The default is 100,000.</value>
    public int MaxExecutions { get; init; } = 100_000;

    /// <summary>The most bytes of params and answers in execute-once records, 64 KiB to 64 GiB; beyond it as <see cref="MaxExecutions"/>.</summary>
    /// <value>The default is 268,435,456 (256 MiB).</value>
    public long MaxExecutionBytes { get; init; } = 256L << 20;

    /// <summary>The most writes that wait to be committed, 16 to 1,000,000; one more is answered with <see cref="StoreFault.Full"/>.</summary>
    /// <value>The default is 16,384.</value>
    public int MaxPendingWrites { get; init; } = 16_384;

    /// <summary>The most bytes that wait to be committed, 64 KiB to 1 GiB; a write beyond it is answered with <see cref="StoreFault.Full"/>.</summary>
    /// <value>The default is 33,554,432 (32 MiB).</value>
    public int MaxPendingBytes { get; init; } = 32 << 20;

    /// <summary>Names the first option that is out of its range.</summary>
    /// <exception cref="StoreException">An option is out of its range.</exception>
    internal void Validate()
    {
        Check(ExecutionLifeSeconds, 1, 86_400, nameof(ExecutionLifeSeconds));
        Check(TombstoneLifeSeconds, 1, 86_400, nameof(TombstoneLifeSeconds));
        Check(MaxExecutions, 16, 10_000_000, nameof(MaxExecutions));
        Check(MaxExecutionBytes, 64L << 10, 64L << 30, nameof(MaxExecutionBytes));
        Check(MaxPendingWrites, 16, 1_000_000, nameof(MaxPendingWrites));
        Check(MaxPendingBytes, 64 << 10, 1 << 30, nameof(MaxPendingBytes));
    }

    private static void Check(long value, long min, long max, string name)
    {
        if (value < min || value > max)
            throw new StoreException($"Store:{name} is {value}; it must be {min} to {max}.");
    }
}
