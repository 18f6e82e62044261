using Patchbay.Server.Diagnostics;
using Patchbay.Store;
using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>
/// Everything a session says goes through here, in order. In a resumable session each message gets its number, is stored and kept until it is
/// acknowledged, and leaves when the store has it; while the client is away it only waits.
/// </summary>
internal sealed class Outbox(Connection? connection, Counter counter, Action overrun)
{
    private readonly Lock _lock = new();
    private readonly LatestSlots _latest = new();
    private Connection? _connection = connection;
    private ReplayBuffer? _replay;
    private IStore? _store;
    private bool _isStoreFull;
    private string _sessionId = "";
    private TaskCompletionSource? _room;
    private bool _isOver;
    private long _number;
    private long _sent;

    /// <summary>Messages said so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>The highest number a client may acknowledge.</summary>
    public long LastSeq => _replay?.LastSeq ?? 0;

    /// <summary>Whether the buffer of a connected client is so full that producers wait.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
                return _connection is not null && _replay is { IsGapped: false } replay && !replay.HasRoom(1);
        }
    }

    /// <summary>The next number for a message id; unique within the session.</summary>
    public long NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>Says something outside the numbering: the welcome, heartbeats, the answer to a resume, the reason of a Close.</summary>
    public void SendUnnumbered(OutboundMessage message)
    {
        lock (_lock)
        {
            if (_connection is null)
            {
                message.Release();
                return;
            }

            _connection.Send(message);
        }

        Count();
        Flush();
    }

    /// <summary>Says something that cannot wait: the answer to what was just received. The receive loop waits for room before it reads on.</summary>
    public void Send(OutboundMessage message)
    {
        var isOverrun = false;
        lock (_lock)
        {
            if (_replay is null)
                _connection?.Send(message);
            else
                isOverrun = TryNumber(message, canWait: false, null) && _replay.IsOverrun;
        }

        Count();
        Flush();
        if (isOverrun)
            overrun();
    }

    /// <summary>Says the answer to a call when there is room for it. While the client is away it does not wait: without room the session has its gap.</summary>
    public ValueTask SendAsync(OutboundMessage message, ExecutionDelivery? answers, CancellationToken cancellationToken)
    {
        if (!TryQueueAnswer(message, answers))
            return SendWhenRoomAsync(message, answers, cancellationToken);
        Flush();
        return ValueTask.CompletedTask;
    }

    /// <summary>Queues something when there is room for it; follow with <see cref="Flush"/>.</summary>
    /// <returns>False when there is no room; the message stays the caller's.</returns>
    public bool TryQueue(OutboundMessage message)
    {
        lock (_lock)
            return TryQueueLocked(message, null, mayGap: false);
    }

    /// <summary>Completes when there may be room for a message of this size.</summary>
    public Task WaitForRoomAsync(int bytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_replay is null)
                return _connection?.WaitForRoomAsync(bytes, cancellationToken) ?? Task.CompletedTask;
            if (_isOver || _replay.IsGapped)
                return Task.CompletedTask;
            if (_isStoreFull)
            {
                _isStoreFull = false;
                return _store!.WaitForRoomAsync(cancellationToken).AsTask();
            }

            if (_replay.HasRoom(bytes))
                return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Lets what is queued leave. Never call it while holding a lock.</summary>
    public void Flush() => _connection?.Flush();

    /// <summary>Queues something of which only the newest matters. While there is no room it waits in its slot, and a newer one replaces it.</summary>
    public void QueueLatest(string slot, OutboundMessage message)
    {
        lock (_lock)
        {
            _latest.Forget(slot);
            if (TryQueueLocked(message, null, mayGap: false))
                return;
            if (!_latest.Put(slot, message))
                return;
        }

        _ = SendLatestWhenRoomAsync();
    }

    /// <summary>Drops what waits in a slot: it is out of date.</summary>
    public void Forget(string slot)
    {
        lock (_lock)
            _latest.Forget(slot);
    }

    /// <summary>From here on every message is numbered, stored and kept; the first is the answer that carries a token, and what is stored of it has none.</summary>
    public void BecomeResumable(string sessionId, IStore store, ReplayBuffer replay, OutboundMessage answer, OutboundMessage storedAnswer)
    {
        lock (_lock)
        {
            Keep(sessionId, store, replay);
            ReplayBuffer.Number(answer, 1);
            ReplayBuffer.Number(storedAnswer, 1);
            var ticket = store.Sessions.Append(sessionId, 1, storedAnswer.Bytes);
            replay.Add(storedAnswer);
            _connection?.Send(answer, CommitGate.Of(ticket));
        }

        Count();
        Flush();
    }

    /// <summary>Goes on where an earlier process stopped.</summary>
    public void Keep(string sessionId, IStore store, ReplayBuffer replay)
    {
        _sessionId = sessionId;
        _store = store;
        _replay = replay;
    }

    /// <summary>Starts the numbers of message ids anew, above any that an earlier process used.</summary>
    public void StartNumbersAt(long number) => _number = number;

    /// <summary>Says the last numbered message: it leaves when the end of the session is stored.</summary>
    public void SendLast(OutboundMessage message)
    {
        lock (_lock)
        {
            ReplayBuffer.Number(message, _replay!.LastSeq + 1);
            _store!.Sessions.Append(_sessionId, _replay.LastSeq + 1, message.Bytes);
            message.AddReference();
            _replay.Add(message);
            var ended = _store.Sessions.End(_sessionId, SessionState.Closed);
            if (_connection is null)
                message.Release();
            else
                _connection.Send(message, CommitGate.Of(ended));
        }

        Count();
        Flush();
    }

    /// <summary>The client has everything up to a number.</summary>
    public void Acknowledge(long seq)
    {
        lock (_lock)
        {
            if (_replay is null || !_replay.Acknowledge(seq))
                return;
            _store!.Sessions.Acknowledge(_sessionId, seq);
            TellRoom();
        }
    }

    /// <summary>The connection is gone; what is said from here on waits for the next.</summary>
    /// <returns>False when the session has another connection already.</returns>
    public bool Detach(Connection connection)
    {
        lock (_lock)
        {
            if (_connection != connection)
                return false;
            _connection = null;
            // Answers that wait for room wait no longer: without a client their room does not come.
            TellRoom();
            return true;
        }
    }

    /// <summary>Goes on over another connection: first the answer to the resume, then what was missed, then what comes.</summary>
    /// <param name="next">The new connection.</param>
    /// <param name="lastSeq">The last message the client has.</param>
    /// <param name="answer">Writes the answer, told how many messages are replayed.</param>
    /// <returns>The connection it replaces, or null.</returns>
    public Connection? Attach(Connection next, long lastSeq, Func<int, OutboundMessage> answer)
    {
        Connection? former;
        lock (_lock)
        {
            former = _connection;
            _connection = next;
            if (_replay!.Acknowledge(lastSeq))
                _store!.Sessions.Acknowledge(_sessionId, lastSeq);
            OutboundMessage[] missed = [.. _replay.After(lastSeq)];
            // One barrier stands for all of them: what was said before it opens is stored.
            next.Send(answer(missed.Length), CommitGate.Of(_store!.Barrier()));
            foreach (var message in missed)
            {
                message.AddReference();
                next.Send(message);
            }

            Interlocked.Add(ref _sent, missed.Length + 1);
            counter.CountSent(missed.Length + 1);
            TellRoom();
        }

        return former;
    }

    /// <summary>Whether a resume with this last number can be served without a gap.</summary>
    public bool CanReplayAfter(long lastSeq)
    {
        lock (_lock)
            return _replay is { IsGapped: false } replay && lastSeq >= replay.AcknowledgedSeq && lastSeq <= replay.LastSeq;
    }

    /// <summary>Whether the messages of an earlier process still have to be loaded.</summary>
    public bool IsInStoreOnly => _replay?.IsInStoreOnly == true;

    /// <summary>Takes the stored messages in; false when more were said since they were read.</summary>
    public bool TryLoad(IReadOnlyList<SessionMessage> stored)
    {
        lock (_lock)
        {
            if (!_replay!.IsInStoreOnly)
                return true;
            if ((stored.Count == 0 ? _replay.AcknowledgedSeq : stored[^1].Seq) != _replay.LastSeq)
                return false;
            _replay.Load(stored.Select(message => (message.Seq, OutboundMessage.Of(message.Bytes.Span))));
            return true;
        }
    }

    /// <summary>The session is over: nothing more is said.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            _latest.Clear();
            _replay?.Clear();
            TellRoom();
        }
    }

    private bool TryQueueAnswer(OutboundMessage message, ExecutionDelivery? answers)
    {
        lock (_lock)
            return TryQueueLocked(message, answers, mayGap: true);
    }

    private bool TryQueueLocked(OutboundMessage message, ExecutionDelivery? answers, bool mayGap)
    {
        if (_replay is not null)
        {
            if (!TryNumber(message, canWait: !mayGap || _connection is not null, answers))
                return false;
        }
        else if (_connection is null)
        {
            message.Release();
        }
        else if (!_connection.TrySend(message))
        {
            return false;
        }

        Count();
        return true;
    }

    // Numbers, stores, keeps and sends. False when there is no room and the message can wait. The message is taken over otherwise.
    private bool TryNumber(OutboundMessage message, bool canWait, ExecutionDelivery? answers)
    {
        var replay = _replay!;
        if (_isOver || replay.IsGapped)
        {
            message.Release();
            return true;
        }

        if (!replay.HasRoom(message.Length))
        {
            if (canWait)
                return false;
            if (_connection is null)
            {
                Gap(message);
                return true;
            }
        }

        var length = message.Length;
        ReplayBuffer.Number(message, replay.LastSeq + 1);
        var ticket = _store!.Sessions.Append(_sessionId, replay.LastSeq + 1, message.Bytes, answers);
        if (CommitGate.FaultOf(ticket) == StoreFault.Full)
        {
            // The number is not used.
            ReplayBuffer.Unnumber(message, length);
            _isStoreFull = canWait;
            if (canWait)
                return false;
            Gap(message);
            return true;
        }

        message.AddReference();
        replay.Add(message);
        if (_connection is null)
            message.Release();
        else
            _connection.Send(message, CommitGate.Of(ticket));
        return true;
    }

    private void Gap(OutboundMessage message)
    {
        message.Release();
        _replay!.MarkGapped();
        _store!.Sessions.End(_sessionId, SessionState.Gapped);
        TellRoom();
    }

    private async ValueTask SendWhenRoomAsync(OutboundMessage message, ExecutionDelivery? answers, CancellationToken cancellationToken)
    {
        try
        {
            do
                await WaitForRoomAsync(message.Length, cancellationToken).ConfigureAwait(false);
            while (!TryQueueAnswer(message, answers));
        }
        catch (OperationCanceledException)
        {
            message.Release();
            throw;
        }

        Flush();
    }

    private async Task SendLatestWhenRoomAsync()
    {
        var isMore = true;
        while (isMore)
        {
            await WaitForRoomAsync(_latest.NextLength, CancellationToken.None).ConfigureAwait(false);
            lock (_lock)
                isMore = _latest.SendAll(message => TryQueueLocked(message, null, mayGap: false));
            Flush();
        }
    }

    private void TellRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }

    private void Count()
    {
        Interlocked.Increment(ref _sent);
        counter.CountSent();
    }
}
