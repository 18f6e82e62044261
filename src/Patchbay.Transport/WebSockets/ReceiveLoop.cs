using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Patchbay.Protocol.Errors;

namespace Patchbay.Transport.WebSockets;

/// <summary>Why the receive loop ended.</summary>
/// <param name="PeerCode">The code of the peer's Close (1005 when it had none), or null.</param>
/// <param name="Fault">The rule the peer broke, or null. When both are null the connection was lost.</param>
internal readonly record struct ReceiveEnd(int? PeerCode, CloseCode? Fault);

/// <summary>The only one that reads from the socket. Holds a buffer only while there is something in it.</summary>
internal sealed class ReceiveLoop(Stream stream, TransportOptions options, OutboundQueue queue, IConnectionHandler handler, TimeProvider time)
{
    private const int InitialBytes = 4096;
    private const int NoStatus = 1005;

    // A peer that sends without pause keeps no thread to itself: after so long others that wait for one get their turn. A turn's change costs about a microsecond.
    private static readonly TimeSpan Turn = TimeSpan.FromMicroseconds(200);

    private readonly FrameReader _frames = new(options, time);
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private long _lastReceived = time.GetTimestamp();
    private long _turnBegan = time.GetTimestamp();

    /// <summary>When the last byte came, in ticks of the clock.</summary>
    public long LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>Reads until the peer closes, breaks a rule, or is lost.</summary>
    public async Task<ReceiveEnd> RunAsync(CancellationToken abort)
    {
        try
        {
            return await ProcessAsync(abort).ConfigureAwait(false);
        }
        catch (Exception fault) when (SocketFaults.IsExpected(fault))
        {
            return default;
        }
        finally
        {
            ReturnBuffer();
            _frames.Release();
        }
    }

    /// <summary>Reads and drops what still comes, so that the peer is not reset before it has read the Close.</summary>
    public async Task DrainAsync(CancellationToken abort)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
        try
        {
            while (await stream.ReadAsync(buffer, abort).ConfigureAwait(false) > 0)
            {
                // Dropped on purpose.
            }
        }
        catch (Exception fault) when (SocketFaults.IsExpected(fault))
        {
            // The peer is gone, or has had its time.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<ReceiveEnd> ProcessAsync(CancellationToken abort)
    {
        while (true)
        {
            if (!await FillAsync(abort).ConfigureAwait(false))
                return default;

            queue.Cork();
            try
            {
                while (true)
                {
                    var found = _frames.Read(_buffer.AsMemory(_start, _end - _start), out var consumed);
                    _start += consumed;
                    if (found.Kind == FrameEventKind.None)
                        break;
                    if (found.Kind is FrameEventKind.Text or FrameEventKind.Binary)
                        await DeliverAsync(found).ConfigureAwait(false);
                    else if (Handle(found) is { } last)
                        return last;
                }
            }
            finally
            {
                queue.Uncork();
            }

            // Answers that could not wait have been put in above the bound: nothing more is read before they have left.
            if (!queue.HasRoom)
            {
                await queue.WaitForRoomAsync(0, abort).ConfigureAwait(false);
                BeginTurn();
            }

            if (time.GetElapsedTime(_turnBegan, _lastReceived) < Turn)
                continue;
            await Task.Yield();
            BeginTurn();
        }
    }

    private ValueTask DeliverAsync(in FrameEvent found)
    {
        // After goodbye nothing is listened to any more.
        if (queue.IsCompleted)
            return ValueTask.CompletedTask;
        var taking = found.Kind == FrameEventKind.Text
            ? handler.OnTextAsync(found.Payload, _lastReceived)
            : handler.OnBinaryAsync(found.Payload, _lastReceived);
        return taking.IsCompletedSuccessfully ? taking : WaitUncorkedAsync(taking);
    }

    // Back-pressure from the handler must not hold answers back.
    private async ValueTask WaitUncorkedAsync(ValueTask taking)
    {
        queue.Uncork();
        await taking.ConfigureAwait(false);
        queue.Cork();
        BeginTurn();
    }

    // Who has waited has had no thread meanwhile.
    private void BeginTurn() => _turnBegan = time.GetTimestamp();

    private ReceiveEnd? Handle(in FrameEvent found)
    {
        switch (found.Kind)
        {
            case FrameEventKind.Ping:
                queue.Enqueue(new OutboundFrame(Opcode.Pong, OutboundMessage.Of(found.Payload.Span)));
                return null;
            case FrameEventKind.Close:
                return new ReceiveEnd(found.Payload.Length < 2 ? NoStatus : BinaryPrimitives.ReadUInt16BigEndian(found.Payload.Span), null);
            case FrameEventKind.Fault:
                return new ReceiveEnd(null, found.Fault);
            default:
                return null;
        }
    }

    // Waits without a buffer; a partial frame keeps its own and grows with what has arrived, never with what was announced.
    // Pooled: it waits once for each read, and its box would be the largest allocation of a call.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync(CancellationToken abort)
    {
        var hasWaited = false;
        if (_start == _end)
        {
            ReturnBuffer();
            var waiting = stream.ReadAsync(Memory<byte>.Empty, abort);
            hasWaited = !waiting.IsCompleted;
            await waiting.ConfigureAwait(false);
            _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
        }
        else if (_end == _buffer.Length)
        {
            MakeRoom();
        }

        var reading = stream.ReadAsync(_buffer.AsMemory(_end), abort);
        hasWaited |= !reading.IsCompleted;
        var count = await reading.ConfigureAwait(false);
        _end += count;
        var now = time.GetTimestamp();
        Volatile.Write(ref _lastReceived, now);
        if (hasWaited)
            _turnBegan = now;
        return count > 0;
    }

    private void MakeRoom()
    {
        var length = _end - _start;
        var target = _buffer;
        if (length > _buffer.Length / 2)
            target = ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 2, Math.Max(_frames.FrameSize, _buffer.Length + 1)));
        _buffer.AsSpan(_start, length).CopyTo(target);
        if (target != _buffer)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = target;
        _start = 0;
        _end = length;
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = 0;
        _end = 0;
    }
}
