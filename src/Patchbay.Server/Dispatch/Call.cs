using System.Text.Json;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Sessions;
using Patchbay.Transport;

namespace Patchbay.Server.Dispatch;

/// <summary>One request on its way to its method. The request's slices live only until <see cref="Method.StartAsync"/> returns.</summary>
/// <param name="Inbox">The connection it came by.</param>
/// <param name="Request">What.</param>
/// <param name="ReceivedAt">When its text was complete.</param>
/// <param name="IsAlone">Whether it came in a text of its own, not in a batch.</param>
/// <param name="IsFirst">Whether it is the first message of its connection.</param>
internal readonly record struct Call(Inbox Inbox, RequestMessage Request, long ReceivedAt, bool IsAlone, bool IsFirst)
{
    /// <summary>Whose.</summary>
    public Session Session => Inbox.Session;

    /// <summary>Answers with a result.</summary>
    public void Answer<TState>(TState state, Action<Utf8JsonWriter, TState> result)
    {
        Count(null);
        Session.Outbox.Send(Write(state, result));
    }

    /// <summary>Writes an answer that is sent in a way of its own.</summary>
    public OutboundMessage Write<TState>(TState state, Action<Utf8JsonWriter, TState> result)
    {
        var duration = Session.Engine.Time.GetElapsedTime(ReceivedAt).TotalMilliseconds;
        return Session.Outbox.WriteResponse(Request.Dialect, Request.Id, state, result, new ResponseMetrics(duration, duration, 0));
    }

    /// <summary>Answers with <c>{}</c>.</summary>
    public void Answer() => Answer(0, WriteEmpty);

    /// <summary>Counts the request as answered.</summary>
    public void Count(ErrorCode? error) => Session.Counter.CountRequest(Request.Method, Session.Engine.Time.GetElapsedTime(ReceivedAt), error);

    /// <summary>Writes <c>{}</c>.</summary>
    public static void WriteEmpty(Utf8JsonWriter writer, int state)
    {
        writer.WriteStartObject();
        writer.WriteEndObject();
    }

    /// <summary>Answers with an error.</summary>
    public void Fail(ProtocolError error)
    {
        Count(error.Code);
        Session.Outbox.SendError(Request.Dialect, Request.Id, error);
    }
}
