using Patchbay.Protocol.Errors;

namespace Patchbay.Tools;

/// <summary>Takes the binary WebSocket messages of a session (audio frames). At most one implementation is registered.</summary>
public interface IBinaryMessages
{
    /// <summary>What the welcome says of them beside the server's own capabilities.</summary>
    /// <value>The default is empty.</value>
    IReadOnlyList<string> Capabilities => [];

    /// <summary>Takes one message of at least 16 bytes whose first byte is 1. Called by the receive loop: must not block, and must copy what it keeps.</summary>
    /// <param name="session">The session it came from.</param>
    /// <param name="message">The whole message, header included.</param>
    /// <param name="receivedTimestamp">When it arrived, in ticks of <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <returns>Null when it was taken, or the error to answer with. A task that is not complete holds reading back until there is room.</returns>
    ValueTask<ProtocolError?> ReceiveAsync(IToolSession session, ReadOnlyMemory<byte> message, long receivedTimestamp);
}
