using Patchbay.Protocol.Envelope;
using Patchbay.Server.Dispatch;
using Patchbay.Store.Executions;

namespace Patchbay.Server.Sessions;

/// <summary>One request that waits for the answer of an execution. Whoever answers it first answers it.</summary>
internal sealed class Waiter(Session session, RequestMessage request, long receivedAt)
{
    private int _isAnswered;

    public Session Session => session;

    public string RequestId => request.Id;

    public Dialect Dialect => request.Dialect;

    public RequestContext? Context => request.Context;

    public long ReceivedAt => receivedAt;

    /// <summary>The execution it waits for, once it is known.</summary>
    public ToolCall? Call { get; set; }

    /// <summary>What was asked for, in canonical form; null when it is not to be executed once.</summary>
    public UInt128? Digest { get; init; }

    /// <summary>The request as the store keeps it.</summary>
    public ExecutionWaiter ToStored() => new(session.SessionId, request.Id, request.Dialect == Dialect.Compact);

    /// <summary>Whether nobody has answered it.</summary>
    public bool IsOpen => Volatile.Read(ref _isAnswered) == 0;

    /// <summary>Takes the right to answer; the id is free then.</summary>
    public bool TryAnswer()
    {
        if (Interlocked.Exchange(ref _isAnswered, 1) != 0)
            return false;
        session.Calls.FreeId(this);
        return true;
    }
}
