using Patchbay.Protocol.Errors;

namespace Patchbay.Server.Guard.Violations;

/// <summary>The types of violations, in snake case (protocol section 8).</summary>
internal static class Violation
{
    public const string RateLimitExceeded = "rate_limit_exceeded";
    public const string InvalidMessage = "invalid_message";
    public const string ProtocolVersionMismatch = "protocol_version_mismatch";
    public const string InvalidMessageId = "invalid_message_id";
    public const string MessageTooLarge = "message_too_large";
    public const string InvalidApiKey = "invalid_api_key";
    public const string UnauthorizedAccess = "unauthorized_access";
    public const string SecurityViolation = "security_violation";
    public const string HeartbeatTimeout = "heartbeat_timeout";

    /// <summary>Every type.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        RateLimitExceeded, InvalidMessage, ProtocolVersionMismatch, InvalidMessageId, MessageTooLarge,
        InvalidApiKey, UnauthorizedAccess, SecurityViolation, HeartbeatTimeout,
    ];

    /// <summary>The type of a refusal, by the code it was answered with.</summary>
    public static string TypeOf(ErrorCode code) => code.Name switch
    {
        "INVALID_PROTOCOL_VERSION" => ProtocolVersionMismatch,
        "INVALID_MESSAGE_ID" => InvalidMessageId,
        "MESSAGE_TOO_LARGE" => MessageTooLarge,
        "RATE_LIMIT_EXCEEDED" => RateLimitExceeded,
        "INVALID_API_KEY" => InvalidApiKey,
        "UNAUTHORIZED_ACCESS" => UnauthorizedAccess,
        "SECURITY_VIOLATION" => SecurityViolation,
        "HEARTBEAT_TIMEOUT" => HeartbeatTimeout,
        _ => InvalidMessage,
    };
}
