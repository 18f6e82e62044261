using System.ComponentModel.DataAnnotations;
using Patchbay.Store;

namespace Patchbay.Server.Options;

/// <summary>Where sessions are kept.</summary>
public enum StoreKind
{
    /// <summary>In the process: they end with it.</summary>
    Memory,

    /// <summary>In the data directory.</summary>
    Sqlite,
}

/// <summary>The settings of <c>Patchbay:Store</c>.</summary>
public sealed class StoreSettings
{
    /// <summary>Where sessions, unacknowledged messages and execute-once records are kept. Keys and penalties are always in the data directory.</summary>
    /// <value>The default is <c>sqlite</c>.</value>
    public StoreKind Kind { get; set; } = StoreKind.Sqlite;

    /// <summary>What a committed write survives; with <see cref="Kind"/> <c>memory</c> it is always <c>memory</c>.</summary>
    /// <value>The default is <c>balanced</c>.</value>
    public Durability Durability { get; set; } = Durability.Balanced;

    /// <summary>The most execute-once records.</summary>
    /// <value>The default is 100,000; 16 to 10,000,000.</value>
    [Range(16, 10_000_000)]
    public int MaxExecutions { get; set; } = 100_000;

    /// <summary>The most bytes of params and answers in execute-once records.</summary>
    /// <value>The default is 268,435,456; 64 KiB to 64 GiB.</value>
    [Range(65_536L, 68_719_476_736L)]
    public long MaxExecutionBytes { get; set; } = 268_435_456;

    /// <summary>The most writes that wait to be committed.</summary>
    /// <value>The default is 16,384; 16 to 1,000,000.</value>
    [Range(16, 1_000_000)]
    public int MaxPendingWrites { get; set; } = 16_384;

    /// <summary>The most bytes that wait to be committed.</summary>
    /// <value>The default is 33,554,432; 64 KiB to 1 GiB.</value>
    [Range(65_536, 1_073_741_824)]
    public int MaxPendingBytes { get; set; } = 33_554_432;

    /// <summary>The store's own form of these settings.</summary>
    internal StoreOptions ToOptions() => new()
    {
        Durability = Durability,
        MaxExecutions = MaxExecutions,
        MaxExecutionBytes = MaxExecutionBytes,
        MaxPendingWrites = MaxPendingWrites,
        MaxPendingBytes = MaxPendingBytes,
    };
}
