using Patchbay.Protocol.Errors;
using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>
/// Everything a session says goes through here, in order. In a resumable session the log numbers, stores and keeps each message, which leaves when the
/// store has it; while the client is away it only waits.
/// </summary>
/// <param name="session">Whose it is; it is closed when its client does not acknowledge and yet goes on asking.</param>
/// <param name="connection">The connection it speaks over; null for a session of an earlier process.</param>
internal sealed class Outbox(Session session, Connection? connection)
{
    private readonly Lock _lock = new();
    private LatestSlots? _latest;
    private Wake? _room;
    private Connection? _connection = connection;
    private SessionLog? _log;
    private bool _isOver;
    private long _number;
    private long _sent;

    /// <summary>Messages said so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>The highest number a client may acknowledge.</summary>
    public long LastSeq => _log?.LastSeq ?? 0;

    /// <summary>Whether the messages still have to be loaded: the client was away, or there was a restart.</summary>
    public bool IsInStoreOnly => _log?.IsInStoreOnly == true;

    /// <summary>What waits to be acknowledged.</summary>
    public (int Messages, long Bytes) Kept
    {
        get
        {
            lock (_lock)
                return _log?.Kept ?? default;
        }
    }

    /// <summary>An error was written for this session.</summary>
    public void CountError(ErrorCode error) => session.Counter.CountError(error);

    /// <summary>Whether the buffer of a connected client is so full that producers wait.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
                return _connection is not null && _log is { IsGapped: false } log && !log.HasRoom(1);
        }
    }

    /// <summary>The next number for a message id; unique within the session.</summary>
    public long NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>Starts the numbers of message ids anew, above any that an earlier process used.</summary>
    public void StartNumbersAt(long number) => _number = number;

    /// <summary>Says something outside the numbering: the welcome, heartbeats, the answer to a resume, the reason of a Close.</summary>
    public void SendUnnumbered(OutboundMessage message)
    {
        lock (_lock)
            Deliver(message, null);
        Count();
        Flush();
    }

    /// <summary>Says something that cannot wait: the answer to what was just received. The receive loop waits for room before it reads on.</summary>
    public void Send(OutboundMessage message)
    {
        var isOverrun = false;
        lock (_lock)
        {
            if (_log is null || _isOver)
            {
                Deliver(message, null);
            }
            else if (_log.Append(message, canWait: false, _connection is null, null, out var gate) == LogOutcome.Taken)
            {
                Deliver(message, gate);
                isOverrun = _log.IsOverrun;
            }
        }

        Count();
        Flush();
        if (isOverrun)
            session.Close(CloseCodes.SlowConsumer);
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
            return TryQueueLocked(message, null, canWait: true);
    }

    /// <summary>Completes when there may be room for a message of this size.</summary>
    public Task WaitForRoomAsync(int bytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_log is null)
                return _connection?.WaitForRoomAsync(bytes, cancellationToken) ?? Task.CompletedTask;
            if (_isOver || _log.IsGapped)
                return Task.CompletedTask;
            if (_log.TryWaitForStore(out var waiting, cancellationToken))
                return waiting;
            if (_log.HasRoom(bytes))
                return Task.CompletedTask;
            return (_room ??= new Wake(session.Engine.Later)).NextAsync().WaitAsync(cancellationToken);
        }
    }

    /// <summary>Lets what is queued leave. Never call it while holding a lock.</summary>
    public void Flush() => _connection?.Flush();

    /// <summary>Queues something of which only the newest matters. While there is no room it waits in its slot, and a newer one replaces it.</summary>
    public void QueueLatest(string slot, OutboundMessage message)
    {
        lock (_lock)
        {
            _latest?.Forget(slot);
            if (TryQueueLocked(message, null, canWait: true) || !(_latest ??= new LatestSlots()).Put(slot, message))
                return;
        }

        _ = SendLatestWhenRoomAsync();
    }

    /// <summary>Drops what waits in a slot: it is out of date.</summary>
    public void Forget(string slot)
    {
        lock (_lock)
            _latest?.Forget(slot);
    }

    /// <summary>Goes on where an earlier process stopped.</summary>
    public void Keep(SessionLog log) => _log = log;

    /// <summary>From here on every message is numbered, stored and kept; the first is the answer that carries a token, and what is stored of it has none.</summary>
    public void BecomeResumable(SessionLog log, OutboundMessage answer, OutboundMessage storedAnswer)
    {
        lock (_lock)
        {
            _log = log;
            Deliver(answer, log.First(answer, storedAnswer));
        }

        Count();
        Flush();
    }

    /// <summary>Says the last numbered message: it leaves when the end of the session is stored.</summary>
    public void SendLast(OutboundMessage message)
    {
        lock (_lock)
            Deliver(message, _log!.Last(message));
        Count();
        Flush();
    }

    /// <summary>The client has everything up to a number.</summary>
    public void Acknowledge(long seq)
    {
        lock (_lock)
        {
            if (_log?.Acknowledge(seq) == true)
                _room?.Tell();
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
            _log?.LeaveToStore();
            // Answers that wait for room wait no longer: without a client their room does not come.
            _room?.Tell();
            return true;
        }
    }

    /// <summary>Whether a resume with this last number can be served without a gap.</summary>
    public bool CanReplayAfter(long lastSeq)
    {
        lock (_lock)
            return _log?.CanReplayAfter(lastSeq) == true;
    }

    /// <summary>A resume is under way: what is here stays when the connection goes meanwhile, and what is said is kept here too.</summary>
    public void BeginResume()
    {
        lock (_lock)
            _log!.BeginResume();
    }

    /// <summary>The resume has ended. When the session is still, or again, without a connection, the store alone has its messages.</summary>
    public void EndResume()
    {
        lock (_lock)
        {
            _log!.EndResume();
            if (_connection is null)
                _log.LeaveToStore();
        }
    }

    /// <summary>Takes the stored messages in; false when they do not reach up to what was said since <see cref="BeginResume"/>.</summary>
    public bool TryLoad(IReadOnlyList<SessionMessage> stored)
    {
        lock (_lock)
            return _log!.TryLoad(stored);
    }

    /// <summary>Goes on over another connection: first the answer to the resume, then what was missed, then what comes.</summary>
    /// <param name="next">The new connection.</param>
    /// <param name="lastSeq">The last message the client has.</param>
    /// <param name="answer">Writes the answer, told how many messages are replayed.</param>
    /// <param name="former">The connection it replaces, or null.</param>
    /// <returns>False, and nothing has happened, when the session is over or cannot go on there without a gap.</returns>
    public bool TryAttach(Connection next, long lastSeq, Func<int, OutboundMessage> answer, out Connection? former)
    {
        int replayed;
        lock (_lock)
        {
            former = _connection;
            if (_isOver || !_log!.CanReplayAfter(lastSeq))
                return false;
            _connection = next;
            _log.Acknowledge(lastSeq);
            var missed = _log.After(lastSeq);
            replayed = missed.Length;
            Deliver(answer(replayed), _log.Barrier());
            foreach (var message in missed)
                Deliver(message, null);

            _room?.Tell();
        }

        Count(replayed + 1);
        return true;
    }

    /// <summary>The session is over: nothing more is said.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            _latest?.Clear();
            _log?.Clear();
            _room?.Tell();
        }
    }

    private bool TryQueueAnswer(OutboundMessage message, ExecutionDelivery? answers)
    {
        lock (_lock)
            return TryQueueLocked(message, answers, canWait: _connection is not null);
    }

    private bool TryQueueLocked(OutboundMessage message, ExecutionDelivery? answers, bool canWait)
    {
        if (_log is null || _isOver)
        {
            var length = message.Length;
            if (_connection is null)
                message.Release();
            else if (!_connection.TrySend(message))
                return false;
            else
                session.Counter.CountSentBytes(length);
        }
        else
        {
            var outcome = _log.Append(message, canWait, _connection is null, answers, out var gate);
            if (outcome == LogOutcome.NoRoom)
                return false;
            if (outcome == LogOutcome.Taken)
                Deliver(message, gate);
            else
                _room?.Tell();
        }

        Count();
        return true;
    }

    // Hands a message to the connection, or lets it go when there is none.
    private void Deliver(OutboundMessage message, CommitGate? gate)
    {
        if (_connection is null)
        {
            message.Release();
            return;
        }

        session.Counter.CountSentBytes(message.Length);
        _connection.Send(message, gate);
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
            await WaitForRoomAsync(NextLatestLength(), CancellationToken.None).ConfigureAwait(false);
            lock (_lock)
                isMore = _latest!.SendAll(message => TryQueueLocked(message, null, canWait: true));
            Flush();
        }
    }

    private int NextLatestLength()
    {
        lock (_lock)
            return _latest!.NextLength;
    }

    private void Count(int messages = 1)
    {
        Interlocked.Add(ref _sent, messages);
        session.Counter.CountSent(messages);
    }
}
