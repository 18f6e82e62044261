using Patchbay.Store;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>Holds a message back until it is stored.</summary>
internal sealed class CommitGate(CommitTicket ticket) : ISendGate
{
    public bool IsOpen => ticket.IsSettled && FaultOf(ticket) == StoreFault.None;

    public async ValueTask<bool> WaitAsync() => await ticket.WaitAsync().ConfigureAwait(false) == StoreFault.None;

    /// <summary>The gate of a ticket; null when it is settled already.</summary>
    public static CommitGate? Of(CommitTicket ticket) => ticket.IsSettled && FaultOf(ticket) == StoreFault.None ? null : new CommitGate(ticket);

    /// <summary>The fault of a settled ticket; none while it is open.</summary>
    public static StoreFault FaultOf(CommitTicket ticket)
    {
        var waiting = ticket.IsSettled ? ticket.WaitAsync() : default;
        return waiting.IsCompletedSuccessfully ? waiting.GetAwaiter().GetResult() : StoreFault.Unavailable;
    }
}
