using Patchbay.Store;
using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>What became of a message handed to the log.</summary>
internal enum LogOutcome
{
    /// <summary>Numbered, stored and kept; send it behind its gate.</summary>
    Taken,

    /// <summary>There is no room, and it can wait; it stays the caller's.</summary>
    NoRoom,

    /// <summary>The session has a gap or is over: the message is gone.</summary>
    Dropped,
}

/// <summary>
/// The numbered messages of a resumable session: each gets its number, is stored, and is kept until it is acknowledged. Not safe for concurrent use: the
/// outbox's lock is held.
/// </summary>
internal sealed class SessionLog(string sessionId, IStore store, ReplayBuffer replay)
{
    private bool _isStoreFull;

    /// <summary>The highest number said.</summary>
    public long LastSeq => replay.LastSeq;

    public bool IsGapped => replay.IsGapped;

    public bool IsOverrun => replay.IsOverrun;

    /// <summary>Whether the messages still have to be loaded.</summary>
    public bool IsInStoreOnly => replay.IsInStoreOnly;

    /// <summary>What waits to be acknowledged.</summary>
    public (int Messages, long Bytes) Kept => replay.Kept;

    public bool HasRoom(int bytes) => replay.HasRoom(bytes);

    /// <summary>Numbers, stores and keeps a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="canWait">Whether it may be handed in again later. One that cannot wait is taken above the bound, or makes the gap when the client is away.</param>
    /// <param name="isAway">Whether the session has no connection.</param>
    /// <param name="answers">The request whose answer it carries, or null.</param>
    /// <param name="gate">What it has to wait for before it goes on the wire.</param>
    public LogOutcome Append(OutboundMessage message, bool canWait, bool isAway, ExecutionDelivery? answers, out CommitGate? gate)
    {
        gate = null;
        if (replay.IsGapped)
        {
            message.Release();
            return LogOutcome.Dropped;
        }

        if (!replay.HasRoom(message.Length))
        {
            if (canWait)
                return LogOutcome.NoRoom;
            if (isAway)
                return Gap(message);
        }

        var length = message.Length;
        ReplayBuffer.Number(message, replay.LastSeq + 1);
        // The store and the buffer hold the same array.
        var kept = message.Keep();
        var ticket = store.Sessions.Append(sessionId, replay.LastSeq + 1, kept, answers, canWait);
        if (CommitGate.FaultOf(ticket) == StoreFault.Full)
        {
            // The number is not used.
            ReplayBuffer.Unnumber(message, length);
            _isStoreFull = true;
            return LogOutcome.NoRoom;
        }

        replay.Add(kept);
        gate = CommitGate.Of(ticket);
        return LogOutcome.Taken;
    }

    /// <summary>Numbers the first message, the answer that carries a token; what is stored and kept of it has none.</summary>
    public CommitGate? First(OutboundMessage answer, OutboundMessage storedAnswer)
    {
        ReplayBuffer.Number(answer, 1);
        ReplayBuffer.Number(storedAnswer, 1);
        var kept = storedAnswer.Keep();
        var ticket = store.Sessions.Append(sessionId, 1, kept, canWait: false);
        replay.Add(kept);
        return CommitGate.Of(ticket);
    }

    /// <summary>Numbers the last message; its gate opens when the end of the session is stored.</summary>
    public CommitGate? Last(OutboundMessage message)
    {
        ReplayBuffer.Number(message, replay.LastSeq + 1);
        var kept = message.Keep();
        store.Sessions.Append(sessionId, replay.LastSeq + 1, kept, canWait: false);
        replay.Add(kept);
        return CommitGate.Of(store.Sessions.End(sessionId, SessionState.Closed));
    }

    /// <summary>Lets everything up to a number go; false when that changes nothing.</summary>
    public bool Acknowledge(long seq)
    {
        if (!replay.Acknowledge(seq))
            return false;
        store.Sessions.Acknowledge(sessionId, seq);
        return true;
    }

    /// <summary>Whether a resume with this last number can be served without a gap; everything is loaded.</summary>
    public bool CanReplayAfter(long lastSeq) => replay is { IsGapped: false, IsInStoreOnly: false } && lastSeq >= replay.AcknowledgedSeq && lastSeq <= replay.LastSeq;

    /// <summary>What a client has missed that has everything up to a number; the gate of all of it is <see cref="Barrier"/>.</summary>
    public OutboundMessage[] After(long lastSeq) => [.. replay.After(lastSeq).Select(OutboundMessage.OfKept)];

    /// <summary>Opens when everything said so far is stored.</summary>
    public CommitGate? Barrier() => CommitGate.Of(store.Barrier());

    /// <summary>A resume is under way: what is here stays, and what comes is kept here too.</summary>
    public void BeginResume() => replay.Hold();

    /// <summary>The resume has ended, in one way or the other.</summary>
    public void EndResume() => replay.EndHold();

    /// <summary>Takes the stored messages in; false when they do not reach up to what was said since <see cref="BeginResume"/>.</summary>
    public bool TryLoad(IReadOnlyList<SessionMessage> stored) => replay.TryLoad(stored);

    /// <summary>Gives what completes when the store takes messages again; false when it is not what there was no room in.</summary>
    public bool TryWaitForStore(out Task waiting, CancellationToken cancellationToken)
    {
        waiting = _isStoreFull ? store.WaitForRoomAsync(cancellationToken).AsTask() : Task.CompletedTask;
        return Interlocked.Exchange(ref _isStoreFull, false);
    }

    /// <summary>The client is away: from here on the store alone has the messages, unless a resume is under way.</summary>
    public void LeaveToStore() => replay.LeaveToStore();

    /// <summary>Lets everything go.</summary>
    public void Clear() => replay.Clear();

    private LogOutcome Gap(OutboundMessage message)
    {
        message.Release();
        replay.MarkGapped();
        store.Sessions.End(sessionId, SessionState.Gapped);
        return LogOutcome.Dropped;
    }
}
