using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Sessions;
using Patchbay.Store;
using Patchbay.Store.Sessions;

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

    protected override async ValueTask StartAsync(Call call, HelloParams parameters)
    {
        var session = call.Session;
        if (!call.IsAlone)
        {
            call.Fail(ProtocolError.Params("", "session/hello stands alone in its frame, not in a batch."));
            return;
        }

        if (!session.TryIntroduce(parameters.Client))
        {
            call.Fail(ProtocolError.Params("", "session/hello was said already; it is said once per connection."));
            return;
        }

        if (parameters.Resumable)
            await BecomeResumableAsync(call).ConfigureAwait(false);
        else
            call.Answer(new Hello(session, null, null), Write);
    }

    private static async ValueTask BecomeResumableAsync(Call call)
    {
        var session = call.Session;
        var store = session.Engine.Store;
        var token = session.Engine.Ids.NextToken();
        var tokens = new SessionTokens(ResumableState.Hash(token));
        var created = await store.Sessions.Create(new SessionRecord
        {
            Id = session.SessionId,
            ClientId = session.ClientId,
            KeyId = session.KeyId,
            Epoch = store.Epoch,
            Tokens = tokens,
            Subscriptions = session.ToStored().ToJson(),
            CreatedAt = store.Now,
        }).WaitAsync().ConfigureAwait(false);
        if (created != StoreFault.None)
        {
            session.ForgetIntroduction();
            call.Fail(new ProtocolError(ErrorCodes.ServerOverloaded, "The session cannot be stored now; try again, or go on without resumable.", new JsonObject { ["reason"] = "store" }));
            return;
        }

        var state = new ResumableState(tokens, store.Epoch, session.Engine.Later);
        call.Count(null);
        session.BecomeResumable(state, call.Write(new Hello(session, state, token), Write), call.Write(new Hello(session, state, null), Write));
    }

    private static void Write(Utf8JsonWriter writer, Hello hello)
    {
        var session = hello.Session;
        writer.WriteStartObject();
        writer.WriteString("session_id", session.SessionId);
        writer.WriteString("client_id", session.ClientId);
        if (hello.State is { } state)
        {
            writer.WriteString("resume_token", hello.Token);
            writer.WriteNumber("epoch", state.Epoch);
            writer.WriteNumber("session_ttl_s", session.Engine.Options.Session.TtlSeconds);
            writer.WriteString("durability", JsonNamingPolicy.SnakeCaseLower.ConvertName(session.Engine.Store.Durability.ToString()));
        }

        writer.WriteNumber("heartbeat_interval_s", session.Settings.HeartbeatSeconds);
        Welcome.WriteLimits(writer, session);
        writer.WriteEndObject();
    }

    private readonly record struct Hello(Session Session, ResumableState? State, string? Token);
}
