using System.Threading.Tasks.Sources;

namespace Patchbay.Transport.WebSockets;

/// <summary>A frame that waits to be sent, and what it has to wait for.</summary>
internal readonly record struct OutboundFrame(Opcode Opcode, OutboundMessage Message, ISendGate? Gate = null);

/// <summary>
/// What waits to be sent, bounded in bytes. Any thread puts in, the send loop alone takes out; when it is full, producers wait.
/// </summary>
/// <remarks>
/// The send loop sleeps on an awaitable whose continuation runs on the thread that flushes: a reply goes from the tool to the socket without a hop.
/// While the receive loop works through what has arrived the queue is corked, so that the answers to many messages leave in one write.
/// </remarks>
internal sealed class OutboundQueue(int maxBytes) : IValueTaskSource<bool>
{
    private readonly Lock _lock = new();
    private readonly Queue<OutboundFrame> _frames = new();
    private ManualResetValueTaskSourceCore<bool> _signal;
    private TaskCompletionSource? _room;
    private long _bytes;
    private bool _corked;
    private bool _waiting;
    private bool _completed;

    /// <summary>Bytes that wait.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    /// <summary>Whether a message would be taken without waiting.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_lock)
                return _bytes < maxBytes;
        }
    }

    /// <summary>No more frames are taken: a Close is the last one.</summary>
    public bool IsCompleted
    {
        get
        {
            lock (_lock)
                return _completed;
        }
    }

    /// <summary>Puts a frame in when there is room for it; a larger one than the bound goes in when nothing else waits.</summary>
    /// <returns>False when there is no room: await <see cref="WaitForRoomAsync"/>. The message is taken over only on true.</returns>
    public bool TryEnqueue(in OutboundFrame frame)
    {
        lock (_lock)
        {
            if (!_completed && _bytes > 0 && _bytes + frame.Message.Length > maxBytes)
                return false;
            Add(frame);
            return true;
        }
    }

    /// <summary>Puts a frame in that cannot wait. The one who causes such frames must await room before it causes more.</summary>
    public void Enqueue(in OutboundFrame frame)
    {
        lock (_lock)
            Add(frame);
    }

    /// <summary>Puts the last frame in; false when that has been done before.</summary>
    public bool Complete(in OutboundFrame last)
    {
        lock (_lock)
        {
            if (_completed)
            {
                last.Message.Release();
                return false;
            }

            Add(last);
            _completed = true;
            _corked = false;
            TellRoom();
        }

        Flush();
        return true;
    }

    /// <summary>Drops everything: the connection is gone.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _completed = true;
            _corked = false;
            while (_frames.TryDequeue(out var frame))
                frame.Message.Release();
            _bytes = 0;
            TellRoom();
        }

        Flush();
    }

    /// <summary>Completes when there may be room for a message of this size, or nothing will ever be sent again.</summary>
    public Task WaitForRoomAsync(int bytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_completed || _bytes == 0 || _bytes + bytes <= maxBytes)
                return Task.CompletedTask;
            // Continuations run elsewhere: they may put more in.
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Holds flushing back until <see cref="Uncork"/>.</summary>
    public void Cork()
    {
        lock (_lock)
            _corked = true;
    }

    /// <summary>Flushes what was put in meanwhile.</summary>
    public void Uncork()
    {
        lock (_lock)
            _corked = false;
        Flush();
    }

    /// <summary>Wakes the send loop, which runs on this thread until it has to wait. Never call it while holding a lock.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (!_waiting || _corked || (_frames.Count == 0 && !_completed))
                return;
            _waiting = false;
        }

        _signal.SetResult(true);
    }

    /// <summary>Completes when there may be something to take out; false when everything is out and the last frame was among it.</summary>
    public ValueTask<bool> WaitAsync()
    {
        lock (_lock)
        {
            if (_frames.Count > 0)
                return new ValueTask<bool>(true);
            if (_completed)
                return new ValueTask<bool>(false);
            _signal.Reset();
            _waiting = true;
            return new ValueTask<bool>(this, _signal.Version);
        }
    }

    /// <summary>Takes the next frame out.</summary>
    public bool TryDequeue(out OutboundFrame frame)
    {
        lock (_lock)
        {
            if (!_frames.TryDequeue(out frame))
                return false;
            _bytes -= frame.Message.Length;
            if (_bytes < maxBytes / 2)
                TellRoom();
            return true;
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _signal.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _signal.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _signal.OnCompleted(continuation, state, token, flags);

    private void Add(in OutboundFrame frame)
    {
        if (_completed)
        {
            // The peer has been told goodbye: nothing may follow.
            frame.Message.Release();
            return;
        }

        _frames.Enqueue(frame);
        _bytes += frame.Message.Length;
    }

    private void TellRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }
}
