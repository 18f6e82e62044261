namespace Patchbay.Store.Keys;

/// <summary>What is kept of an API key. Keys are never deleted, only revoked, so that an id in the audit log keeps its name.</summary>
public sealed record KeyRecord
{
    /// <summary>The public part of the key: 1 to 64 characters of <c>A-Z a-z 0-9</c>.</summary>
    public required string Id { get; init; }

    /// <summary>A name for people, 1 to 128 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The scopes, for example <c>admin</c> or <c>tools:call:audio/*</c>.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>One secret, or two while a rotation is under way; the newest first.</summary>
    public required IReadOnlyList<KeySecret> Secrets { get; init; }

    /// <summary>When the key was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the key stops working, UTC; null when it does not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the key was revoked, UTC; null while it is not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When the key was last used, UTC, to the minute; null when never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The key's own limit, 1 to 1,000,000,000; null for the server's.</summary>
    public int? MessagesPerMinute { get; init; }

    /// <summary>The origins the key may be used from; empty for every origin the server allows.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>The addresses and networks (<c>10.0.0.0/8</c>) the key may be used from; empty for every one.</summary>
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];

    /// <summary>The store's change number of the last write other than a use. Set by the store; a value handed in is ignored.</summary>
    public long Version { get; init; }
}
