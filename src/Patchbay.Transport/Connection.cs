using System.Buffers.Binary;
using System.Text;
using Patchbay.Protocol.Errors;
using Patchbay.Transport.WebSockets;

namespace Patchbay.Transport;

/// <summary>One WebSocket on the server's side, from the finished handshake to FIN. One task receives, one sends, nobody else touches the stream.</summary>
public sealed class Connection : IDisposable
{
    private readonly Stream _stream;
    private readonly TransportOptions _options;
    private readonly TimeProvider _time;
    private readonly Action? _abortTransport;
    private readonly OutboundQueue _queue;
    private readonly SendLoop _sendLoop;
    private readonly CancellationTokenSource _abort = new();
    private ReceiveLoop? _receiveLoop;
    private int _sentCode;

    /// <summary>Takes a stream over.</summary>
    /// <param name="stream">The raw stream behind the handshake.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="abortTransport">Ends the socket under the stream at once, or null when disposing the stream is enough.</param>
    public Connection(Stream stream, TransportOptions options, TimeProvider time, Action? abortTransport = null)
    {
        _stream = stream;
        _options = options;
        _time = time;
        _abortTransport = abortTransport;
        _queue = new OutboundQueue(options.MaxOutboundBytes);
        _sendLoop = new SendLoop(stream, _queue, time);
    }

    /// <summary>When the last byte came from the peer, in ticks of the clock; 0 before the connection runs.</summary>
    public long LastReceived => _receiveLoop?.LastReceived ?? 0;

    /// <summary>Whether a message would be taken without waiting.</summary>
    public bool HasRoom => _queue.HasRoom;

    /// <summary>Bytes that wait to be sent.</summary>
    public long QueuedBytes => _queue.Bytes;

    /// <summary>Whether a Close has been queued or sent.</summary>
    public bool IsClosing => _queue.IsCompleted;

    /// <summary>Runs the connection to its end.</summary>
    public async Task<ConnectionEnd> RunAsync(IConnectionHandler handler)
    {
        _receiveLoop = new ReceiveLoop(_stream, _options, _queue, handler, _time);
        var sending = _sendLoop.RunAsync(_abort.Token);
        var receiving = _receiveLoop.RunAsync(_abort.Token);
        await Task.WhenAny(receiving, sending).ConfigureAwait(false);
        if (!receiving.IsCompleted)
            return await WaitForPeerAsync(receiving).ConfigureAwait(false);

        ReceiveEnd end;
        try
        {
            end = await receiving.ConfigureAwait(false);
        }
        catch
        {
            // The handler broke its promise: the peer is told so, and the caller learns what it was.
            Close(CloseCodes.InternalError);
            await EndAsync(sending).ConfigureAwait(false);
            throw;
        }

        if (end.Fault is { } fault)
            return await RefuseAsync(handler, fault, sending).ConfigureAwait(false);
        if (end.PeerCode is not { } code)
        {
            _queue.Abort();
            await EndAsync(sending).ConfigureAwait(false);
            return new ConnectionEnd(_sentCode == 0 ? ConnectionEnd.Lost : _sentCode, ByPeer: _sentCode == 0);
        }

        // The peer closed first, or answered our Close: say goodbye with its own code (RFC 6455 §5.5.1) and return at once.
        var sentCode = _sentCode;
        _queue.Complete(CloseFrame(code == 1005 ? 1000 : code, ""));
        await EndAsync(sending).ConfigureAwait(false);
        return sentCode == 0 ? new ConnectionEnd(code, ByPeer: true) : new ConnectionEnd(sentCode, ByPeer: false);
    }

    /// <summary>Queues a text message when there is room. It leaves with the next <see cref="Flush"/>.</summary>
    /// <returns>False when the queue is full; the message stays the caller's.</returns>
    public bool TrySend(OutboundMessage message) => _queue.TryEnqueue(new OutboundFrame(Opcode.Text, message));

    /// <summary>Queues a text message that cannot wait, also above the bound.</summary>
    /// <param name="message">The message; taken over.</param>
    /// <param name="gate">What it has to wait for, or null.</param>
    public void Send(OutboundMessage message, ISendGate? gate = null) => _queue.Enqueue(new OutboundFrame(Opcode.Text, message, gate));

    /// <summary>Completes when there may be room for a message of this size, or the connection is over.</summary>
    public Task WaitForRoomAsync(int bytes, CancellationToken cancellationToken) => _queue.WaitForRoomAsync(bytes, cancellationToken);

    /// <summary>Sends what is queued. Never call it while holding a lock: the send loop runs on this thread until it has to wait.</summary>
    public void Flush() => _queue.Flush();

    /// <summary>Sends a WebSocket ping (RFC 6455 §5.5.2).</summary>
    public void Ping()
    {
        _queue.Enqueue(new OutboundFrame(Opcode.Ping, new OutboundMessage()));
        _queue.Flush();
    }

    /// <summary>Sends what is queued and then Close. Later messages are dropped.</summary>
    /// <param name="code">Why.</param>
    /// <param name="reason">The reason text; the code's own when null.</param>
    public void Close(CloseCode code, string? reason = null)
    {
        // The code is noted first: the send loop may end the connection on this very thread.
        if (Interlocked.CompareExchange(ref _sentCode, code.Code, 0) == 0)
            _queue.Complete(CloseFrame(code.Code, reason ?? code.Reason));
    }

    /// <summary>Ends the connection without a Close: the peer does not even take one.</summary>
    public void Abort()
    {
        _abort.Cancel();
        _queue.Abort();
        _abortTransport?.Invoke();
    }

    /// <summary>Whether the socket has taken no byte for longer than <see cref="TransportOptions.StuckAfter"/>.</summary>
    public bool IsStuck()
    {
        var since = _sendLoop.WritingSince;
        return since != 0 && _time.GetElapsedTime(since) > _options.StuckAfter;
    }

    /// <inheritdoc />
    public void Dispose() => _abort.Dispose();

    // We closed first: the peer has a little time to answer.
    private async Task<ConnectionEnd> WaitForPeerAsync(Task<ReceiveEnd> receiving)
    {
        var code = _sentCode == 0 ? ConnectionEnd.Lost : _sentCode;
        if (_sentCode != 0)
            await EndAsync(receiving).ConfigureAwait(false);
        else
            Abort();
        await receiving.ConfigureAwait(false);
        return new ConnectionEnd(code, ByPeer: false);
    }

    private async Task<ConnectionEnd> RefuseAsync(IConnectionHandler handler, CloseCode fault, Task<bool> sending)
    {
        handler.OnFault(fault);
        Close(fault);
        // The peer may still be sending; unread bytes at the end would reset the connection and the Close with it.
        var draining = _receiveLoop!.DrainAsync(_abort.Token);
        await EndAsync(sending).ConfigureAwait(false);
        await EndAsync(draining).ConfigureAwait(false);
        return new ConnectionEnd(fault.Code, ByPeer: false);
    }

    // Waits for a loop to end by itself, then makes it.
    private async Task EndAsync(Task loop)
    {
        try
        {
            await loop.WaitAsync(_options.CloseTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _abort.Cancel();
            await loop.ConfigureAwait(false);
        }
    }

    private static OutboundFrame CloseFrame(int code, string reason)
    {
        var message = new OutboundMessage();
        var span = message.GetSpan(2 + Encoding.UTF8.GetMaxByteCount(reason.Length));
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)code);
        message.Advance(2 + Encoding.UTF8.GetBytes(reason, span[2..]));
        return new OutboundFrame(Opcode.Close, message);
    }
}
