using System.Buffers;
using System.Net.WebSockets;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Shell;

/// <summary>The two tasks.</summary>
internal sealed partial class SocketTransport
{
    private const int BufferBytes = 16 * 1024;

    private async Task<(int Code, string Reason)> ReceiveLoopAsync(SocketOpener opener)
    {
        try
        {
            return await ReceiveAsync(opener).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsEnd(fault))
        {
            // Codes the class does not know come as a fault; of a frame it could not read we have said so with 1002.
            var isBroken = fault is WebSocketException { WebSocketErrorCode: not WebSocketError.ConnectionClosedPrematurely and not WebSocketError.InvalidState };
            return opener.Stream.Watch.Close ?? (isBroken ? CloseCodes.ProtocolError.Code : NoClose, "");
        }
    }

    private async Task<(int Code, string Reason)> ReceiveAsync(SocketOpener opener)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var filled = 0;
            while (true)
            {
                var received = await opener.Socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close)
                    return opener.Stream.Watch.Close ?? (NoClose, "");
                filled += received.Count;
                if (filled > options.MaxMessageBytes)
                    return (CloseCodes.MessageTooLarge.Code, CloseCodes.MessageTooLarge.Reason);
                if (!received.EndOfMessage)
                {
                    if (filled == buffer.Length)
                        buffer = Exchange(buffer, filled, buffer.Length * 2);
                    continue;
                }

                if (received.MessageType == WebSocketMessageType.Text)
                    listener.TransportText(this, buffer.AsSpan(0, filled));
                filled = 0;
                // One large message does not keep its memory.
                if (buffer.Length > 16 * BufferBytes)
                    buffer = Exchange(buffer, 0, BufferBytes);
                if (Paused is { } paused)
                    await paused.ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendLoopAsync(SocketOpener opener)
    {
        try
        {
            await SendAsync(opener).ConfigureAwait(false);
            await SayCloseAsync(opener.Socket).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsEnd(fault))
        {
            // The receiving task tells why; it may not have noticed yet.
            opener.Socket.Abort();
        }
        finally
        {
            foreach (var outgoing in _taken)
                outgoing.Done();
        }
    }

    // Until the connection is dropped, and what was queued before that is sent, or has ended.
    private async Task SendAsync(SocketOpener opener)
    {
        while (Take())
        {
            if (_taken.Count == 0)
            {
                await _something.WaitAsync().ConfigureAwait(false);
                continue;
            }

            opener.Stream.Gather();
            foreach (var outgoing in _taken)
                await opener.Socket.SendAsync(outgoing.Bytes, outgoing.Type, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
            await opener.Stream.ReleaseAsync().ConfigureAwait(false);
            foreach (var outgoing in _taken)
                outgoing.Done();
            _taken.Clear();
        }
    }

    private bool Take()
    {
        lock (_lock)
        {
            if (_received is not null || (_drop is not null && _queue.Count == 0))
                return false;
            (_queue, _taken) = (_taken, _queue);
            return true;
        }
    }

    private async Task SayCloseAsync(WebSocket socket)
    {
        (int Code, string Reason) close;
        lock (_lock)
            close = _drop ?? _received ?? (CloseCodes.Normal.Code, "");
        if (socket.State == WebSocketState.CloseReceived && socket.CloseStatus is { } theirs)
            await socket.CloseOutputAsync(theirs == WebSocketCloseStatus.Empty ? WebSocketCloseStatus.NormalClosure : theirs, null, CancellationToken.None).ConfigureAwait(false);
        else if (socket.State == WebSocketState.Open)
            await socket.CloseOutputAsync((WebSocketCloseStatus)close.Code, close.Reason, CancellationToken.None).ConfigureAwait(false);
    }

    private Task? Paused
    {
        get
        {
            lock (_lock)
                return _paused?.Task;
        }
    }

    private static byte[] Exchange(byte[] buffer, int filled, int size)
    {
        var other = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, filled).CopyTo(other);
        ArrayPool<byte>.Shared.Return(buffer);
        return other;
    }

    private static bool IsEnd(Exception fault) =>
        fault is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException or ArgumentException;
}
