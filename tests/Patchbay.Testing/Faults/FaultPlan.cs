namespace Patchbay.Testing.Faults;

/// <summary>What a proxy does to one connection. Places are counted in bytes forwarded, so a plan does the same however the bytes are cut into packets.</summary>
public sealed record FaultPlan
{
    /// <summary>Forwards everything as it comes.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>What happens to the bytes of the client.</summary>
    public DirectionPlan ToServer { get; init; } = DirectionPlan.None;

    /// <summary>What happens to the bytes of the server.</summary>
    public DirectionPlan ToClient { get; init; } = DirectionPlan.None;

    /// <summary>How a cut is done, in either direction.</summary>
    /// <value>The default is <see cref="CutKind.Reset"/>.</value>
    public CutKind Cut { get; init; } = CutKind.Reset;

    /// <summary>Cuts once the client has sent so many bytes.</summary>
    public static FaultPlan CutToServerAfter(long bytes, CutKind kind = CutKind.Reset) => new() { ToServer = new() { CutAfter = bytes }, Cut = kind };

    /// <summary>Cuts once the server has sent so many bytes.</summary>
    public static FaultPlan CutToClientAfter(long bytes, CutKind kind = CutKind.Reset) => new() { ToClient = new() { CutAfter = bytes }, Cut = kind };

    /// <summary>Forwards every byte alone, in both directions.</summary>
    public static FaultPlan OneByteAtATime { get; } = new() { ToServer = new() { ChunkBytes = 1 }, ToClient = new() { ChunkBytes = 1 } };
}
