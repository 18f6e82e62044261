using System.Collections.Frozen;

namespace Patchbay.Protocol.Errors;

/// <summary>The one table of error codes. The documentation page and the clients' constants are tested against it.</summary>
public static class ErrorCodes
{
    /// <summary>The message breaks a rule of form.</summary>
    public static readonly ErrorCode InvalidMessageFormat = new("INVALID_MESSAGE_FORMAT", "protocol", false, "The message breaks a rule of form; details.field names the place.");

    /// <summary>The protocol version is missing or not supported.</summary>
    public static readonly ErrorCode InvalidProtocolVersion = new("INVALID_PROTOCOL_VERSION", "protocol", false, "The protocol version is missing or not one of details.supported.");

    /// <summary>The message id is missing, malformed or in use.</summary>
    public static readonly ErrorCode InvalidMessageId = new("INVALID_MESSAGE_ID", "protocol", false, "The message id is missing, malformed, or already in use.");

    /// <summary>The message is larger than allowed.</summary>
    public static readonly ErrorCode MessageTooLarge = new("MESSAGE_TOO_LARGE", "protocol", false, "The message is larger than the limit told in the welcome.");

    /// <summary>No such method.</summary>
    public static readonly ErrorCode MethodNotFound = new("METHOD_NOT_FOUND", "request", false, "No such method.");

    /// <summary>No such tool.</summary>
    public static readonly ErrorCode ToolNotFound = new("TOOL_NOT_FOUND", "request", false, "No such tool, or it is not visible to this key.");

    /// <summary>The params or arguments do not fit the schema.</summary>
    public static readonly ErrorCode InvalidParams = new("INVALID_PARAMS", "request", false, "The params or arguments do not fit; details.errors lists every fault.");

    /// <summary>A named thing does not exist.</summary>
    public static readonly ErrorCode NotFound = new("NOT_FOUND", "request", false, "A named stream, workflow, model or the like does not exist.");

    /// <summary>The tool ran and failed.</summary>
    public static readonly ErrorCode ToolExecutionFailed = new("TOOL_EXECUTION_FAILED", "execution", false, "The tool ran and reported a failure.");

    /// <summary>The request was cancelled.</summary>
    public static readonly ErrorCode RequestCancelled = new("REQUEST_CANCELLED", "execution", false, "The request was cancelled.");

    /// <summary>The execution was cut off by the end of the server process.</summary>
    public static readonly ErrorCode ExecutionInterrupted = new("EXECUTION_INTERRUPTED", "execution", false, "The server ended while the call ran; its outcome is unknown.");

    /// <summary>The tool did not end in time.</summary>
    public static readonly ErrorCode ToolTimeout = new("TOOL_TIMEOUT", "execution", true, "The tool did not end within its time.");

    /// <summary>The server has no room for the request now.</summary>
    public static readonly ErrorCode ServerOverloaded = new("SERVER_OVERLOADED", "execution", true, "No room for the request now; try again later.");

    /// <summary>An unexpected fault inside the server.</summary>
    public static readonly ErrorCode InternalError = new("INTERNAL_ERROR", "execution", true, "An unexpected fault; details.correlation_id finds it in the server's log.");

    /// <summary>Too many messages in the window.</summary>
    public static readonly ErrorCode RateLimitExceeded = new("RATE_LIMIT_EXCEEDED", "security", true, "Too many messages; wait details.retry_after_ms.");

    /// <summary>The key is missing, malformed, unknown, expired or revoked.</summary>
    public static readonly ErrorCode InvalidApiKey = new("INVALID_API_KEY", "security", false, "The key is missing, malformed, unknown, expired or revoked.");

    /// <summary>The key lacks a scope.</summary>
    public static readonly ErrorCode UnauthorizedAccess = new("UNAUTHORIZED_ACCESS", "security", false, "The key is valid but lacks the scope named in details.scope.");

    /// <summary>A rule of security was broken.</summary>
    public static readonly ErrorCode SecurityViolation = new("SECURITY_VIOLATION", "security", false, "A rule of security was broken: origin, host, or a flood.");

    /// <summary>A client could not connect.</summary>
    public static readonly ErrorCode ConnectionFailed = new("CONNECTION_FAILED", "connection", true, "The connection could not be made.");

    /// <summary>The connection was lost.</summary>
    public static readonly ErrorCode ConnectionLost = new("CONNECTION_LOST", "connection", true, "The connection was lost or replaced.");

    /// <summary>A client gave up reconnecting.</summary>
    public static readonly ErrorCode ReconnectionFailed = new("RECONNECTION_FAILED", "connection", true, "Reconnecting was given up.");

    /// <summary>The peer has been silent for too long.</summary>
    public static readonly ErrorCode HeartbeatTimeout = new("HEARTBEAT_TIMEOUT", "connection", true, "Nothing was heard from the peer for too long.");

    /// <summary>Every code, in the order of the documentation.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        InvalidMessageFormat, InvalidProtocolVersion, InvalidMessageId, MessageTooLarge,
        MethodNotFound, ToolNotFound, InvalidParams, NotFound,
        ToolExecutionFailed, RequestCancelled, ExecutionInterrupted, ToolTimeout, ServerOverloaded, InternalError,
        RateLimitExceeded, InvalidApiKey, UnauthorizedAccess, SecurityViolation,
        ConnectionFailed, ConnectionLost, ReconnectionFailed, HeartbeatTimeout,
    ];

    private static readonly FrozenDictionary<string, ErrorCode> ByName = All.ToFrozenDictionary(code => code.Name, StringComparer.Ordinal);

    /// <summary>Finds a code by its name on the wire; null when the table does not have it.</summary>
    public static ErrorCode? Find(string name) => ByName.GetValueOrDefault(name);
}
