namespace Patchbay.Transport;

/// <summary>What a message has to wait for before it may go on the wire: that it is stored. The gates of one connection open in the order of its messages.</summary>
public interface ISendGate
{
    /// <summary>Whether the message may go.</summary>
    bool IsOpen { get; }

    /// <summary>Completes when the message may go; false when it never may, and the connection must end.</summary>
    ValueTask<bool> WaitAsync();
}
