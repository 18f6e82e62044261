using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Guard.Connections;
using Patchbay.Server.Guard.RateLimit;
using Patchbay.Server.Guard.Violations;
using Patchbay.Server.Sessions;

namespace Patchbay.Server.Guard;

/// <summary>
/// The one place where a received message is counted and let on or not, whatever its dialect or door. Each connection has its own gate; the limiter
/// behind it is shared by all connections of a key.
/// </summary>
internal sealed class Gate(Engine engine, Inbox inbox)
{
    private readonly ConnectionMeter _meter = new(engine.Clock);

    /// <summary>Counts a message before its validity matters; false when it goes no further and has been answered.</summary>
    /// <param name="outcome">What reading it came to.</param>
    /// <param name="bytes">How long its text was.</param>
    /// <param name="isFirst">Whether it is the first of its connection: a resume that is passes uncounted, also in a cooldown.</param>
    public bool Admit(in ReadOutcome outcome, int bytes, bool isFirst)
    {
        if (outcome.Message is HeartbeatMessage or EventMessage { EventType: "ack" })
            return AdmitLight(bytes);
        if (isFirst && outcome.Message is RequestMessage { Method: "session/resume" })
            return true;

        var session = inbox.Session;
        var verdict = engine.Limiter.Take(session.KeyId, session.Key.MessagesPerMinute);
        if (verdict.NearLimit)
            Warn(verdict);
        if (verdict.Outcome == RateOutcome.Admitted)
            return true;

        engine.Refused(Violation.TypeOf(ErrorCodes.RateLimitExceeded), session, null, $"level {verdict.PenaltyLevel}");
        switch (verdict.Outcome)
        {
            case RateOutcome.Refused:
                session.Outbox.SendError(outcome.Dialect, outcome.RequestId, verdict.ToError());
                break;
            case RateOutcome.CloseKey:
                engine.CloseKey(session.KeyId, CloseCodes.RateLimited, verdict.ToError(), verdict.CloseReason);
                break;
        }

        return false;
    }

    /// <summary>Notes a message that failed validation, after it was answered; too many close the connection.</summary>
    public void NoteInvalid(ProtocolError error)
    {
        var session = inbox.Session;
        engine.Refused(Violation.TypeOf(error.Code), session, null, error.Message);
        if (_meter.AllowInvalidMessage())
            return;
        session.Close(CloseCodes.TooManyInvalid);
        var bannedFor = engine.Limiter.CloseForInvalid(session.KeyId);
        if (bannedFor > 0)
            engine.CloseKey(session.KeyId, CloseCodes.RateLimited, Banned(bannedFor), $"RATE_LIMIT_EXCEEDED retry_after_ms={bannedFor}");
    }

    private static ProtocolError Banned(long milliseconds) => new(
        ErrorCodes.RateLimitExceeded, "Too many connections of this key were closed for invalid messages.", new JsonObject { ["retry_after_ms"] = milliseconds });

    private bool AdmitLight(int bytes)
    {
        if (_meter.AllowLightMessage(bytes))
            return true;
        engine.Refused(Violation.SecurityViolation, inbox.Session, null, "flood of heartbeats or acks");
        inbox.Session.Close(CloseCodes.PolicyViolation, new ProtocolError(ErrorCodes.SecurityViolation, "Too many heartbeats or acks."));
        return false;
    }

    private void Warn(in RateVerdict verdict) => engine.Diagnose(
        DiagnosticLevel.Warning,
        "rate_limiter",
        $"{verdict.Limit - verdict.Remaining} of {verdict.Limit} messages of this minute are used.",
        new JsonObject { ["limit"] = verdict.Limit, ["remaining"] = verdict.Remaining },
        inbox.Session.KeyId);
}
