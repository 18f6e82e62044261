using System.Text.Json;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Sessions;

namespace Patchbay.Server.Dispatch;

/// <summary>One request on its way to its method. The request's slices live only until <see cref="Method.Start"/> returns.</summary>
/// <param name="Session">Whose.</param>
/// <param name="Request">What.</param>
/// <param name="ReceivedAt">When its text was complete.</param>
/// <param name="IsAlone">Whether it came in a text of its own, not in a batch.</param>
internal readonly record struct Call(Session Session, RequestMessage Request, long ReceivedAt, bool IsAlone)
{
    /// <summary>Answers with a result.</summary>
    public void Answer<TState>(TState state, Action<Utf8JsonWriter, TState> result)
    {
        var duration = Session.Engine.Time.GetElapsedTime(ReceivedAt).TotalMilliseconds;
        Session.Engine.Traffic.CountRequest(failed: false);
        Session.Outbox.Send(Session.Outbox.WriteResponse(Request.Dialect, Request.Id, state, result, new ResponseMetrics(duration, duration, 0)));
    }

    /// <summary>Answers with <c>{}</c>.</summary>
    public void Answer() => Answer(0, static (writer, _) =>
    {
        writer.WriteStartObject();
        writer.WriteEndObject();
    });

    /// <summary>Answers with an error.</summary>
    public void Fail(ProtocolError error)
    {
        Session.Engine.Traffic.CountRequest(failed: true);
        Session.Outbox.SendError(Request.Dialect, Request.Id, error);
    }
}
