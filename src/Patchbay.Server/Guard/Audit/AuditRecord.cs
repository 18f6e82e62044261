using System.Text.Json.Nodes;
using Patchbay.Server.Guard.RateLimit;
using Patchbay.Server.Guard.Violations;

namespace Patchbay.Server.Guard.Audit;

/// <summary>One line of the audit log. It never holds keys, tokens, tickets, query strings or bodies; of arguments only a digest.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Event">What: <c>connect</c>, <c>disconnect</c>, <c>key_used</c>, <c>key_refused</c>, <c>tool_call</c>, <c>violation</c>, <c>penalty</c>, <c>admin</c>; the log's own are <c>gap</c>, <c>recovered</c> and <c>rotated</c>.</param>
/// <param name="KeyId">The key's public id, or null.</param>
/// <param name="ClientId">The client, or null.</param>
/// <param name="Address">The client's address, or null.</param>
/// <param name="Subject">What it was done to: a tool, a key, a type of violation.</param>
/// <param name="Outcome">What came of it: <c>ok</c>, an error code, a reason.</param>
/// <param name="Details">What else; not changed after it was handed in.</param>
internal sealed record AuditRecord(
    DateTimeOffset Time,
    string Event,
    string? KeyId = null,
    string? ClientId = null,
    string? Address = null,
    string? Subject = null,
    string? Outcome = null,
    JsonObject? Details = null)
{
    /// <summary>A connection was accepted.</summary>
    public static AuditRecord Connect(DateTimeOffset time, string keyId, string clientId, string address) =>
        new(time, "connect", keyId, clientId, address);

    /// <summary>A connection has ended.</summary>
    public static AuditRecord Disconnect(DateTimeOffset time, string keyId, string clientId, string address, int code, string reason) =>
        new(time, "disconnect", keyId, clientId, address, Outcome: reason, Details: new JsonObject { ["code"] = code });

    /// <summary>A key opened the door of an endpoint.</summary>
    public static AuditRecord KeyUsed(DateTimeOffset time, string keyId, string address, string endpoint) =>
        new(time, "key_used", keyId, Address: address, Subject: endpoint, Outcome: "ok");

    /// <summary>A presented key or ticket opened nothing.</summary>
    public static AuditRecord KeyRefused(DateTimeOffset time, string address, string endpoint) =>
        new(time, "key_refused", Address: address, Subject: endpoint, Outcome: "INVALID_API_KEY");

    /// <summary>A tool call has ended.</summary>
    /// <param name="time">When it ended.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="tool">The tool's name.</param>
    /// <param name="outcome"><c>ok</c> or the error code.</param>
    /// <param name="durationMs">From receipt to answer.</param>
    /// <param name="argumentsDigest">SHA-256 of the arguments, hexadecimal.</param>
    public static AuditRecord ToolCall(DateTimeOffset time, string keyId, string clientId, string tool, string outcome, double durationMs, string argumentsDigest) =>
        new(time, "tool_call", keyId, clientId, Subject: tool, Outcome: outcome, Details: new JsonObject { ["duration_ms"] = Math.Round(durationMs, 3), ["arguments_sha256"] = argumentsDigest });

    /// <summary>A step up the penalty ladder.</summary>
    public static AuditRecord Penalty(DateTimeOffset time, PenaltyStep step) =>
        new(time, "penalty", step.KeyId, Outcome: $"level_{step.Level}", Details: new JsonObject { ["blocked_for_ms"] = step.BlockedForMs });

    /// <summary>An operator has done something: <c>keys_create</c>, <c>keys_rotate</c>, <c>keys_revoke</c>, <c>penalties_clear</c>.</summary>
    public static AuditRecord Admin(DateTimeOffset time, string action, string subject, string outcome) =>
        new(time, "admin", Subject: subject, Outcome: outcome, Details: new JsonObject { ["action"] = action });

    /// <summary>A rule was broken.</summary>
    public static AuditRecord Of(ViolationRecord violation) =>
        new(violation.Timestamp, "violation", violation.KeyId, violation.ClientId, violation.Address, violation.Type, Details: violation.Details);
}
