namespace Patchbay.Testing.Faults;

/// <summary>What a proxy does to the bytes of one direction of a connection.</summary>
public sealed record DirectionPlan
{
    /// <summary>Forwards everything as it comes.</summary>
    public static DirectionPlan None { get; } = new();

    /// <summary>Cuts the whole connection when so many bytes have been forwarded; null never.</summary>
    public long? CutAfter { get; init; }

    /// <summary>Takes no further byte when so many have been forwarded, so that the sender's buffers fill, until the connection is released; null never.</summary>
    public long? StallAfter { get; init; }

    /// <summary>Throws everything away behind so many bytes, the end included: the sender notices nothing, the receiver hears nothing; null never.</summary>
    public long? SilenceAfter { get; init; }

    /// <summary>The most bytes that are forwarded together.</summary>
    /// <value>The default is 16,384.</value>
    public int ChunkBytes { get; init; } = 16_384;

    /// <summary>How long each chunk is held back.</summary>
    /// <value>The default is zero.</value>
    public TimeSpan Delay { get; init; }
}
