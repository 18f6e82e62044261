namespace Patchbay.Store.Executions;

/// <summary>What is recorded before a tool starts.</summary>
public sealed record ExecutionStart
{
    /// <summary>What makes it the same execution.</summary>
    public required ExecutionKey Key { get; init; }

    /// <summary>A digest of method and params as values: the same however they are written.</summary>
    public required UInt128 Digest { get; init; }

    /// <summary>The key that pays for the call.</summary>
    public required string KeyId { get; init; }

    /// <summary>The method, for example <c>tools/call</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The tool, or empty when the method is not <c>tools/call</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>Whether the call may run again after a crash (read-only or idempotent).</summary>
    public required bool Repeatable { get; init; }

    /// <summary>The params as received. Kept only when <see cref="Repeatable"/>; the memory must not change until the record's ticket has settled.</summary>
    public ReadOnlyMemory<byte> Params { get; init; }

    /// <summary>The request to be answered; null when its session is not resumable.</summary>
    public ExecutionWaiter? Waiter { get; init; }
}
