namespace Patchbay.Transport;

/// <summary>How a connection ended.</summary>
/// <param name="Code">The close code that decided: the peer's, or the one sent to it; 1006 when the connection was lost without one.</param>
/// <param name="ByPeer">Whether the peer ended it.</param>
public readonly record struct ConnectionEnd(int Code, bool ByPeer)
{
    /// <summary>The code that stands for a connection that ended without a Close (RFC 6455 §7.1.5).</summary>
    public const int Lost = 1006;
}
