using System.Text.Json;
using Patchbay.Protocol.Compact;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Diagnostics;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>Everything a session says goes through here, in order: numbered, written, and queued on the connection.</summary>
internal sealed class Outbox(Connection connection, Traffic traffic)
{
    private readonly Lock _lock = new();
    private Dictionary<string, OutboundMessage>? _latest;
    private bool _isSendingLatest;
    private long _number;
    private long _sent;

    /// <summary>Messages said so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>The next number for a message id; unique within the session.</summary>
    public long NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>Says something that cannot wait: the answer to what was just received. The receive loop waits for room before it reads on.</summary>
    public void Send(OutboundMessage message)
    {
        Count();
        connection.Send(message);
        connection.Flush();
    }

    /// <summary>Says something when there is room for it; the answer to a call waits here, its tool is done.</summary>
    public ValueTask SendAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        if (!TryQueue(message))
            return SendWhenRoomAsync(message, cancellationToken);
        connection.Flush();
        return ValueTask.CompletedTask;
    }

    /// <summary>Queues something when there is room for it; follow with <see cref="Flush"/>.</summary>
    /// <returns>False when there is no room; the message stays the caller's.</returns>
    public bool TryQueue(OutboundMessage message)
    {
        if (!connection.TrySend(message))
            return false;
        Count();
        return true;
    }

    /// <summary>Completes when there may be room.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken) => connection.WaitForRoomAsync(cancellationToken);

    /// <summary>Lets what is queued leave. Never call it while holding a lock.</summary>
    public void Flush() => connection.Flush();

    /// <summary>Queues something of which only the newest matters. While there is no room it waits in its slot, and a newer one replaces it.</summary>
    public void QueueLatest(string slot, OutboundMessage message)
    {
        lock (_lock)
        {
            if (_latest?.Remove(slot, out var older) == true)
                older.Release();
            if (TryQueue(message))
                return;
            (_latest ??= new Dictionary<string, OutboundMessage>(StringComparer.Ordinal))[slot] = message;
            if (_isSendingLatest)
                return;
            _isSendingLatest = true;
        }

        _ = SendLatestWhenRoomAsync();
    }

    /// <summary>Drops what waits in a slot: it is out of date.</summary>
    public void Forget(string slot)
    {
        if (_latest is null)
            return;
        lock (_lock)
        {
            if (_latest.Remove(slot, out var message))
                message.Release();
        }
    }

    /// <summary>Writes and sends an error in a dialect.</summary>
    public void SendError(Dialect dialect, string? requestId, ProtocolError error) => Send(WriteError(dialect, requestId, error));

    /// <summary>Writes an error in a dialect.</summary>
    public OutboundMessage WriteError(Dialect dialect, string? requestId, ProtocolError error)
    {
        var message = new OutboundMessage();
        if (dialect == Dialect.Compact)
            CompactWriter.Error(message, requestId, error);
        else
            EnvelopeWriter.Error(message, NextNumber(), requestId, error);
        return message;
    }

    /// <summary>Writes a response in a dialect.</summary>
    public OutboundMessage WriteResponse<TState>(
        Dialect dialect, string requestId, TState state, Action<Utf8JsonWriter, TState> result, in ResponseMetrics metrics)
    {
        var message = new OutboundMessage();
        try
        {
            if (dialect == Dialect.Compact)
                CompactWriter.Response(message, requestId, state, result);
            else
                EnvelopeWriter.Response(message, NextNumber(), requestId, state, result, metrics);
            return message;
        }
        catch
        {
            message.Release();
            throw;
        }
    }

    /// <summary>Writes an event.</summary>
    public OutboundMessage WriteEvent<TState>(string eventType, string source, TState state, Action<Utf8JsonWriter, TState> data)
    {
        var message = new OutboundMessage();
        EnvelopeWriter.Event(message, NextNumber(), eventType, source, state, data);
        return message;
    }

    private async ValueTask SendWhenRoomAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        try
        {
            do
                await connection.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            while (!TryQueue(message));
        }
        catch (OperationCanceledException)
        {
            message.Release();
            throw;
        }

        connection.Flush();
    }

    private async Task SendLatestWhenRoomAsync()
    {
        while (true)
        {
            await connection.WaitForRoomAsync(CancellationToken.None).ConfigureAwait(false);
            lock (_lock)
            {
                foreach (var (slot, message) in _latest!)
                {
                    if (!TryQueue(message))
                        break;
                    _latest.Remove(slot);
                }

                _isSendingLatest = _latest.Count > 0;
            }

            connection.Flush();
            if (!_isSendingLatest)
                return;
        }
    }

    private void Count()
    {
        Interlocked.Increment(ref _sent);
        traffic.CountSent();
    }
}
