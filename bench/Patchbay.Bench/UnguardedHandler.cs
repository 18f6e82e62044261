using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Dispatch;
using Patchbay.Server.Sessions;
using Patchbay.Transport;

namespace Patchbay.Bench;

/// <summary>What <see cref="Inbox"/> would be without a guard: no check of the text, no limiter, no ladder, no count of what was received.</summary>
internal sealed class UnguardedHandler(Inbox inbox) : IConnectionHandler
{
    public ValueTask OnTextAsync(ReadOnlyMemory<byte> text, long receivedAt) =>
        inbox.Session.Engine.Dispatcher.DispatchAsync(
            new Call(inbox, (RequestMessage)EnvelopeReader.Read(text, Direction.ClientToServer, inbox.Session.Calls).Message!, receivedAt, true, false));

    public ValueTask OnBinaryAsync(ReadOnlyMemory<byte> message, long receivedAt) => throw new NotSupportedException();

    public void OnFault(CloseCode code) => throw new InvalidOperationException(code.Reason);
}
