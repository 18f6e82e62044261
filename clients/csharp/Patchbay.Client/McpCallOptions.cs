namespace Patchbay.Client;

/// <summary>How one call is made; every member has a default.</summary>
public sealed record McpCallOptions
{
    internal static McpCallOptions Default { get; } = new();

    /// <summary>How long one attempt may take, 1 ms to 300 s.</summary>
    /// <value>The default is <see cref="McpClientOptions.RequestTimeout"/>.</value>
    public TimeSpan? Timeout { get; init; }

    /// <summary>1 to 128 characters: the server runs the call once, however often it is sent.</summary>
    /// <value>The default is none.</value>
    public string? IdempotencyKey { get; init; }

    /// <summary>Whether the call may be repeated without harm.</summary>
    /// <value>The default is what the tool's own annotations say.</value>
    public bool? Idempotent { get; init; }

    /// <summary>W3C trace context to hand on.</summary>
    /// <value>The default is none.</value>
    public string? TraceParent { get; init; }

    /// <summary>Told how far the call is; one after the other, outside the receiving task.</summary>
    /// <value>The default is nobody.</value>
    public Action<McpProgress>? OnProgress { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (Timeout is { } timeout && (timeout < TimeSpan.FromMilliseconds(1) || timeout > TimeSpan.FromSeconds(300)))
            throw new ArgumentOutOfRangeException(nameof(Timeout), timeout, "Timeout must be 1 ms to 300 s.");
        if (IdempotencyKey is { Length: 0 or > 128 })
            throw new ArgumentOutOfRangeException(nameof(IdempotencyKey), "IdempotencyKey must have 1 to 128 characters.");
    }
}
