using Patchbay.Store.Executions;

namespace Patchbay.Store.Sessions;

/// <summary>Resumable sessions and what they have not acknowledged. A write for a session that is not there is answered with <see cref="StoreFault.NotFound"/>.</summary>
/// <remarks>Calls for one session must not overlap (the engine holds the session's lock); calls for different sessions may.</remarks>
public interface ISessionStore
{
    /// <summary>Begins a session. Its id must be new: the ids of sessions are random and never repeat.</summary>
    CommitTicket Create(SessionRecord session);

    /// <summary>Rotates the tokens of a live session and ends its time away. Until the ticket settles without fault, the old tokens hold.</summary>
    CommitTicket Resume(string sessionId, SessionTokens tokens);

    /// <summary>Ends the validity of the previous token, when the first message has arrived on the resumed connection.</summary>
    CommitTicket ForgetPreviousToken(string sessionId);

    /// <summary>Stores a message. It may go on the wire when the ticket has settled, not before: a seq that a client has seen is never used again.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="seq">One more than the last one of this session.</param>
    /// <param name="message">The message; the memory must not change until it is acknowledged or the session ends.</param>
    /// <param name="answers">The execution whose answer the message carries, or null: in the same commit that request stops waiting for it.</param>
    /// <param name="canWait">Whether it may be refused with <see cref="StoreFault.Full"/>, to be handed in again; else it is taken above the bound of the queue.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seq would leave a gap, or be used twice.</exception>
    CommitTicket Append(string sessionId, long seq, ReadOnlyMemory<byte> message, ExecutionDelivery? answers = null, bool canWait = true);

    /// <summary>Drops every message up to a seq. Going back, or again, does nothing.</summary>
    CommitTicket Acknowledge(string sessionId, long seq);

    /// <summary>Replaces the stored subscriptions.</summary>
    CommitTicket SetSubscriptions(string sessionId, ReadOnlyMemory<byte> subscriptions);

    /// <summary>Sets when the session expires; null when a connection has it.</summary>
    CommitTicket SetExpiry(string sessionId, StoreTime? expiresAt);

    /// <summary>Marks the session as gapped, closed or expired, and drops its messages. Closed and expired take no further write; the reason is kept for its time.</summary>
    CommitTicket End(string sessionId, SessionState state);

    /// <summary>One session with everything accepted so far, ended ones included while their reason is kept; null when there is none.</summary>
    ValueTask<SessionRecord?> FindAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Every live and gapped session: what a starting server takes over.</summary>
    ValueTask<IReadOnlyList<SessionRecord>> ReadLiveAsync(CancellationToken cancellationToken);

    /// <summary>The messages of a session after a seq, in order. Empty when there is no such session.</summary>
    ValueTask<IReadOnlyList<SessionMessage>> ReadMessagesAsync(string sessionId, long afterSeq, CancellationToken cancellationToken);
}
