using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Events;
using Patchbay.Server.Guard.Violations;
using Patchbay.Server.Sessions;
using Patchbay.Store;
using Patchbay.Store.Sessions;

namespace Patchbay.Server.Dispatch.Methods;

internal sealed record ResumeParams(
    [property: StringLength(128, MinimumLength = 1)] string SessionId,
    [property: StringLength(256, MinimumLength = 1)] string ResumeToken,
    JsonElement Epoch,
    [property: Range(0, 9_007_199_254_740_991)] long LastSeq);

/// <summary>
/// <c>session/resume</c>: the first reason that holds answers, in the order of the contract; someone else's session answers as one that is not there.
/// </summary>
internal sealed class SessionResume : Method<ResumeParams>
{
    public override string Name => "session/resume";

    protected override async ValueTask StartAsync(Call call, ResumeParams parameters)
    {
        if (!call.IsFirst || parameters.SessionId == call.Session.SessionId)
        {
            call.Fail(ProtocolError.Params("", call.IsFirst ? "A connection does not resume its own session." : "session/resume is the first message of its connection, alone in its frame."));
            return;
        }

        var (session, reason) = await FindAsync(call, parameters).ConfigureAwait(false);
        if (session is null)
        {
            Refuse(call, reason!);
            return;
        }

        var resuming = session.Resumable!.Resuming;
        await resuming.TakeAsync().ConfigureAwait(false);
        session.Outbox.BeginResume();
        try
        {
            await ResumeAsync(call, session, parameters).ConfigureAwait(false);
        }
        finally
        {
            session.Outbox.EndResume();
            resuming.Pass();
        }
    }

    private static async ValueTask<(Session? Session, string? Reason)> FindAsync(Call call, ResumeParams parameters)
    {
        var engine = call.Session.Engine;
        var hash = ResumableState.Hash(parameters.ResumeToken);
        if (engine.Sessions.FindKept(parameters.SessionId) is { } kept)
        {
            if (kept.KeyId != call.Session.KeyId)
                return (null, Hostile(call, "owner_mismatch", "unknown_session"));
            return kept.Resumable!.Accepts(hash) ? (kept, null) : (null, Hostile(call, "token_invalid", "token_invalid"));
        }

        // Ended ones are in the store only, for ten minutes.
        var record = await engine.Store.Sessions.FindAsync(parameters.SessionId, CancellationToken.None).ConfigureAwait(false);
        if (record is null)
            return (null, "unknown_session");
        if (record.KeyId != call.Session.KeyId)
            return (null, Hostile(call, "owner_mismatch", "unknown_session"));
        if (!new ResumableState(record.Tokens, record.Epoch).Accepts(hash))
            return (null, Hostile(call, "token_invalid", "token_invalid"));
        return (null, record.State == SessionState.Expired ? "expired" : "closed");
    }

    private static async ValueTask ResumeAsync(Call call, Session session, ResumeParams parameters)
    {
        var engine = session.Engine;
        var state = session.Resumable!;
        var hash = ResumableState.Hash(parameters.ResumeToken);
        if (session.IsOver || state.ExpiresAt <= engine.Store.Now)
        {
            Refuse(call, EndReason(session));
            return;
        }

        if (!state.Accepts(hash))
        {
            Refuse(call, Hostile(call, "token_invalid", "token_invalid"));
            return;
        }

        if (state.Epoch != engine.Store.Epoch || !IsEpoch(parameters.Epoch, state.Epoch))
        {
            Refuse(call, "epoch_changed");
            return;
        }

        if (parameters.LastSeq > session.Outbox.LastSeq)
        {
            Refuse(call, Hostile(call, "last_seq", "gap"));
            return;
        }

        if (!await TryLoadAsync(session).ConfigureAwait(false))
        {
            if (session.IsOver)
                Refuse(call, EndReason(session));
            else
                FailForStore(call);
            return;
        }

        if (!session.Outbox.CanReplayAfter(parameters.LastSeq))
        {
            Refuse(call, "gap");
            return;
        }

        var token = engine.Ids.NextToken();
        var tokens = new SessionTokens(ResumableState.Hash(token), hash);
        var expiresAt = state.ExpiresAt;
        var stored = await engine.Store.Sessions.Resume(session.SessionId, tokens).WaitAsync().ConfigureAwait(false);
        if (stored == StoreFault.NotFound)
        {
            Refuse(call, LossReason(session));
            return;
        }

        if (stored != StoreFault.None)
        {
            FailForStore(call);
            return;
        }

        state.Rotate(tokens);
        GoOn(call, session, parameters.LastSeq, expiresAt, token);
    }

    // False when the store has not got everything that was said: the session has ended meanwhile, or the disk is in trouble.
    private static async ValueTask<bool> TryLoadAsync(Session session)
    {
        if (!session.Outbox.IsInStoreOnly)
            return true;
        var stored = await session.Engine.Store.Sessions.ReadMessagesAsync(session.SessionId, 0, CancellationToken.None).ConfigureAwait(false);
        return session.Outbox.TryLoad(stored);
    }

    private static void FailForStore(Call call) =>
        call.Fail(new ProtocolError(ErrorCodes.ServerOverloaded, "The session cannot be stored now; try again.", new JsonObject { ["reason"] = "store" }));

    private static void GoOn(Call call, Session session, long lastSeq, StoreTime? expiresAt, string token)
    {
        var own = call.Session;
        var missed = 0;
        var isAttached = session.TryAttach(call.Inbox.Connection, own, lastSeq, expiresAt, replayed => call.Write((session, token, replayed: missed = replayed), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("resumed", true);
            writer.WriteString("resume_token", state.token);
            writer.WriteNumber("replayed", state.replayed);
            writer.WriteStartArray("in_flight");
            foreach (var id in state.session.Calls.Ids)
                writer.WriteStringValue(id);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }));
        if (!isAttached)
        {
            Refuse(call, LossReason(session));
            return;
        }

        call.Inbox.SwitchTo(session);
        own.Engine.Statistics.Events.Resumed("resumed");
        Notices.Resumed(session, missed);
        own.Engine.Sessions.Remove(own);
        own.End(SessionState.Closed);
    }

    private static string EndReason(Session session) => session.EndedAs is SessionState.Closed ? "closed" : "expired";

    // While its tokens were being stored it has ended, or has got a gap.
    private static string LossReason(Session session) => session.IsOver ? EndReason(session) : "gap";

    private static void Refuse(Call call, string reason)
    {
        call.Count(null);
        call.Session.Engine.Statistics.Events.Resumed(reason);
        Notices.NotResumed(call.Session, reason);
        call.Session.Outbox.Send(call.Write(reason, static (writer, reason) =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("resumed", false);
            writer.WriteString("reason", reason);
            writer.WriteEndObject();
        }));
    }

    // Notes a hostile resume, and gives back what the asker is told.
    private static string Hostile(Call call, string what, string reason)
    {
        call.Session.Engine.Refused(Violation.SecurityViolation, call.Session, null, what);
        return reason;
    }

    private static bool IsEpoch(JsonElement told, long epoch) => told.ValueKind switch
    {
        JsonValueKind.Number => told.TryGetInt64(out var number) && number == epoch,
        JsonValueKind.String => long.TryParse(told.GetString(), out var number) && number == epoch,
        _ => false,
    };
}
