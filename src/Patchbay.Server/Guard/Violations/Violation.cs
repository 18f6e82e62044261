using Patchbay.Protocol.Errors;

namespace Patchbay.Server.Guard.Violations;

/// <summary>The types of violations, in snake case (protocol section 8).</summary>
internal static class Violation
{
    public const string SecurityViolation = "security_violation";
    public const string InvalidApiKey = "invalid_api_key";

    /// <summary>The type of a refusal, by the code it was answered with.</summary>
    public static string TypeOf(ErrorCode code) => code.Name switch
    {
        "INVALID_PROTOCOL_VERSION" => "protocol_version_mismatch",
        "INVALID_MESSAGE_ID" => "invalid_message_id",
        "MESSAGE_TOO_LARGE" => "message_too_large",
        "RATE_LIMIT_EXCEEDED" => "rate_limit_exceeded",
        "INVALID_API_KEY" => InvalidApiKey,
        "UNAUTHORIZED_ACCESS" => "unauthorized_access",
        "SECURITY_VIOLATION" => SecurityViolation,
        "HEARTBEAT_TIMEOUT" => "heartbeat_timeout",
        _ => "invalid_message",
    };
}
