using System.ComponentModel.DataAnnotations;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Sessions;

namespace Patchbay.Server.Dispatch.Methods;

/// <summary>Who the client says it is.</summary>
internal sealed record ClientInfo(
    [property: StringLength(128, MinimumLength = 1)] string Name,
    [property: StringLength(128, MinimumLength = 1)] string Version,
    [property: StringLength(128)] string? Platform = null);

internal sealed record HelloParams(ClientInfo Client, bool Resumable = false, bool Batching = false);

internal sealed class SessionHello : Method<HelloParams>
{
    public override string Name => "session/hello";

    protected override void Start(in Call call, HelloParams parameters)
    {
        if (!call.IsAlone)
        {
            call.Fail(ProtocolError.Params("", "session/hello stands alone in its frame, not in a batch."));
            return;
        }

        if (!call.Session.TryIntroduce(parameters.Client))
        {
            call.Fail(ProtocolError.Params("", "session/hello was said already; it is said once per connection."));
            return;
        }

        call.Answer(call.Session, static (writer, session) =>
        {
            writer.WriteStartObject();
            writer.WriteString("session_id", session.SessionId);
            writer.WriteString("client_id", session.ClientId);
            writer.WriteNumber("heartbeat_interval_s", session.Engine.Options.Heartbeat.IntervalSeconds);
            Welcome.WriteLimits(writer, session);
            writer.WriteEndObject();
        });
    }
}
