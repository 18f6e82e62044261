namespace Patchbay.Store.Sessions;

/// <summary>What is stored of a session. Handing one in, <see cref="State"/> and what stands below it are ignored.</summary>
public sealed record SessionRecord
{
    /// <summary>The session's id, 1 to 128 characters.</summary>
    public required string Id { get; init; }

    /// <summary>The client's id, as told in the welcome.</summary>
    public required string ClientId { get; init; }

    /// <summary>The key that owns the session.</summary>
    public required string KeyId { get; init; }

    /// <summary>The store's epoch in which it was made.</summary>
    public required long Epoch { get; init; }

    /// <summary>The hashes of its tokens.</summary>
    public required SessionTokens Tokens { get; init; }

    /// <summary>What the engine wants to find again after a restart (client name, subscriptions), in the engine's own form. Empty when there is nothing.</summary>
    public ReadOnlyMemory<byte> Subscriptions { get; init; }

    /// <summary>When it was made.</summary>
    public StoreTime CreatedAt { get; init; }

    /// <summary>When it expires; null while a connection has it. After a restart null means: the connection was cut by the end of the process.</summary>
    public StoreTime? ExpiresAt { get; init; }

    /// <summary>Where it stands.</summary>
    public SessionState State { get; init; }

    /// <summary>When it was closed or expired; null while neither.</summary>
    public StoreTime? EndedAt { get; init; }

    /// <summary>Every message up to this one has arrived, or was dropped when the session ended or got its gap; 0 when there is none.</summary>
    public long AcknowledgedSeq { get; init; }

    /// <summary>The highest seq ever stored, 0 when none was: the next message has one more.</summary>
    public long LastSeq { get; init; }

    /// <summary>Messages stored and not acknowledged.</summary>
    public int BufferedMessages { get; init; }

    /// <summary>Their bytes.</summary>
    public long BufferedBytes { get; init; }
}
