namespace Patchbay.Protocol.Limits;

/// <summary>The sizes a text message may have. The defaults are those of the contract.</summary>
public sealed record ProtocolLimits
{
    /// <summary>The contract's own limits.</summary>
    public static ProtocolLimits Default { get; } = new();

    /// <summary>Bytes of one reassembled message; exactly that many are accepted.</summary>
    /// <value>The default is 262,144; 1 KiB to 16 MiB.</value>
    public int MaxMessageBytes { get; init; } = 262_144;

    /// <summary>Elements of one batch.</summary>
    /// <value>The default is 64.</value>
    public int MaxBatch { get; init; } = 64;

    /// <summary>Nesting; the outermost value counts as 1.</summary>
    /// <value>The default is 32.</value>
    public int MaxDepth { get; init; } = 32;

    /// <summary>Object members and array elements of one text, together.</summary>
    /// <value>The default is 10,000.</value>
    public int MaxMembers { get; init; } = 10_000;

    /// <summary>Characters of one number token.</summary>
    /// <value>The default is 64.</value>
    public int MaxNumberLength { get; init; } = 64;
}
