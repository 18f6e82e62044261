using Patchbay.Protocol.Errors;

namespace Patchbay.Server.Guard.Violations;

/// <summary>The types of violations, as they stand in reports (protocol section 8).</summary>
internal static class ViolationTypes
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
    public static IReadOnlyList<string> All { get; } =
    [
        RateLimitExceeded, InvalidMessage, ProtocolVersionMismatch, InvalidMessageId, MessageTooLarge,
        InvalidApiKey, UnauthorizedAccess, SecurityViolation, HeartbeatTimeout,
    ];

    /// <summary>The type of an error that is a violation; null for one that is none (<c>INVALID_PARAMS</c> and the like).</summary>
    public static string? Of(ErrorCode code)
    {
        if (code == ErrorCodes.RateLimitExceeded)
            return RateLimitExceeded;
        if (code == ErrorCodes.InvalidMessageFormat)
            return InvalidMessage;
        if (code == ErrorCodes.InvalidProtocolVersion)
            return ProtocolVersionMismatch;
        if (code == ErrorCodes.InvalidMessageId)
            return InvalidMessageId;
        if (code == ErrorCodes.MessageTooLarge)
            return MessageTooLarge;
        if (code == ErrorCodes.InvalidApiKey)
            return InvalidApiKey;
        if (code == ErrorCodes.UnauthorizedAccess)
            return UnauthorizedAccess;
        if (code == ErrorCodes.SecurityViolation)
            return SecurityViolation;
        return code == ErrorCodes.HeartbeatTimeout ? HeartbeatTimeout : null;
    }
}
