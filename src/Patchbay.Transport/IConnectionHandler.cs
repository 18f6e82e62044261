using Patchbay.Protocol.Errors;

namespace Patchbay.Transport;

/// <summary>Takes what a connection receives. Called by the receive loop, one call at a time.</summary>
public interface IConnectionHandler
{
    /// <summary>One whole text message, valid UTF-8. The memory is reused when the task has ended, which it has at once: only what makes or ends a session may take time.</summary>
    /// <param name="text">The message.</param>
    /// <param name="receivedAt">When it was complete, in ticks of <see cref="TimeProvider.GetTimestamp"/>.</param>
    ValueTask OnTextAsync(ReadOnlyMemory<byte> text, long receivedAt);

    /// <summary>One whole binary message. Reading waits for the task: back-pressure towards the peer.</summary>
    ValueTask OnBinaryAsync(ReadOnlyMemory<byte> message, long receivedAt);

    /// <summary>The peer broke a rule of the transport. The handler may send a last message; the connection then closes with the code.</summary>
    void OnFault(CloseCode code);
}
