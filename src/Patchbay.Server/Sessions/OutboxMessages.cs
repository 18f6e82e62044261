using System.Text.Json;
using Patchbay.Protocol.Compact;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>Writes the messages an outbox sends, in the dialect they are due in.</summary>
internal static class OutboxMessages
{
    /// <summary>Writes and sends an error that cannot wait.</summary>
    public static void SendError(this Outbox outbox, Dialect dialect, string? requestId, ProtocolError error) =>
        outbox.Send(outbox.WriteError(dialect, requestId, error));

    /// <summary>Writes an error in a dialect.</summary>
    public static OutboundMessage WriteError(this Outbox outbox, Dialect dialect, string? requestId, ProtocolError error)
    {
        outbox.CountError(error.Code);
        var message = new OutboundMessage();
        if (dialect == Dialect.Compact)
            CompactWriter.Error(message, requestId, error);
        else
            EnvelopeWriter.Error(message, outbox.NextNumber(), requestId, error);
        return message;
    }

    /// <summary>Writes a response in a dialect.</summary>
    public static OutboundMessage WriteResponse<TState>(
        this Outbox outbox, Dialect dialect, string requestId, TState state, Action<Utf8JsonWriter, TState> result, in ResponseMetrics metrics)
    {
        var message = new OutboundMessage();
        try
        {
            if (dialect == Dialect.Compact)
                CompactWriter.Response(message, requestId, state, result);
            else
                EnvelopeWriter.Response(message, outbox.NextNumber(), requestId, state, result, metrics);
            return message;
        }
        catch
        {
            message.Release();
            throw;
        }
    }

    /// <summary>Writes an event.</summary>
    public static OutboundMessage WriteEvent<TState>(this Outbox outbox, string eventType, string source, TState state, Action<Utf8JsonWriter, TState> data)
    {
        var message = new OutboundMessage();
        EnvelopeWriter.Event(message, outbox.NextNumber(), eventType, source, state, data);
        return message;
    }
}
