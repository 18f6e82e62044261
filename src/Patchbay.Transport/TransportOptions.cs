namespace Patchbay.Transport;

/// <summary>The limits of one connection.</summary>
public sealed record TransportOptions
{
    /// <summary>Bytes of one message, all its fragments together.</summary>
    /// <value>The default is 262,144.</value>
    public int MaxMessageBytes { get; init; } = 262_144;

    /// <summary>Frames of one message.</summary>
    /// <value>The default is 1,024.</value>
    public int MaxFragments { get; init; } = 1024;

    /// <summary>Control frames (ping, pong, Close) a peer may send at once.</summary>
    /// <value>The default is 20.</value>
    public int ControlFrameBurst { get; init; } = 20;

    /// <summary>Control frames a second a peer may send steadily.</summary>
    /// <value>The default is 10.</value>
    public int ControlFramesPerSecond { get; init; } = 10;

    /// <summary>Bytes that may wait to be sent. Producers wait beyond it.</summary>
    /// <value>The default is 1,048,576.</value>
    public int MaxOutboundBytes { get; init; } = 1_048_576;

    /// <summary>How long the socket may take no byte before the peer counts as stuck.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for the peer's Close before the end.</summary>
    /// <value>The default is 250 milliseconds.</value>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromMilliseconds(250);
}
