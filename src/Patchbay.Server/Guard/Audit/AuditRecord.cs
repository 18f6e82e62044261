using System.Buffers.Binary;
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
/// <param name="Call">How a tool call went, or null. Nearly every record is one, so this makes no JSON before it is written.</param>
internal readonly record struct AuditRecord(
    DateTimeOffset Time,
    string Event,
    string? KeyId = null,
    string? ClientId = null,
    string? Address = null,
    string? Subject = null,
    string? Outcome = null,
    JsonObject? Details = null,
    ToolCallFacts? Call = null)
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
    /// <param name="argumentsDigest">SHA-256 of the arguments.</param>
    public static AuditRecord ToolCall(DateTimeOffset time, string keyId, string clientId, string tool, string outcome, double durationMs, ReadOnlySpan<byte> argumentsDigest) =>
        new(time, "tool_call", keyId, clientId, Subject: tool, Outcome: outcome, Call: new ToolCallFacts(
            durationMs, BinaryPrimitives.ReadUInt128BigEndian(argumentsDigest), BinaryPrimitives.ReadUInt128BigEndian(argumentsDigest[16..])));

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

/// <summary>How a tool call went.</summary>
/// <param name="DurationMs">From receipt to answer.</param>
/// <param name="DigestHigh">The first half of SHA-256 over the arguments.</param>
/// <param name="DigestLow">The second half.</param>
internal readonly record struct ToolCallFacts(double DurationMs, UInt128 DigestHigh, UInt128 DigestLow);
