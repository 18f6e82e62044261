using Patchbay.Store.Executions;

namespace Patchbay.Store.Sqlite;

/// <summary>A request that waits for an execution's answer.</summary>
/// <param name="Session">The number of the session it goes to.</param>
/// <param name="RequestId">The id it is answered under.</param>
/// <param name="IsCompact">Whether it is answered in the compact dialect.</param>
internal readonly record struct StoredWaiter(long Session, string RequestId, bool IsCompact);

/// <summary>An execution as it stands in the file, on its way there or back.</summary>
internal sealed class StoredExecution
{
    public required long Number { get; init; }

    /// <summary>What was recorded before it started; its waiter and its params stand in <see cref="Waiters"/> and <see cref="Body"/>.</summary>
    public required ExecutionStart Start { get; init; }

    public required StoreTime CreatedAt { get; init; }

    public StoreTime? EndedAt { get; set; }

    public bool IsError { get; set; }

    /// <summary>The params while it runs, the answer afterwards.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    public StoredWaiter[] Waiters { get; set; } = [];

    /// <summary>Whether it differs from what is in the file.</summary>
    public bool IsChanged { get; set; }
}
