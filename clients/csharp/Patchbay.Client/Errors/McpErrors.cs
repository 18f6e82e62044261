using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Errors;

/// <summary>Makes the exception whose class belongs to a code.</summary>
internal static class McpErrors
{
    public static McpException Make(ErrorCode code, string message, JsonObject? details = null, string? requestId = null) =>
        Make(code.Name, message, details, requestId);

    public static McpException Make(string code, string message, JsonObject? details = null, string? requestId = null) => code switch
    {
        "INVALID_MESSAGE_FORMAT" or "INVALID_PROTOCOL_VERSION" or "INVALID_MESSAGE_ID" or "MESSAGE_TOO_LARGE" =>
            new McpProtocolException(code, message, details, requestId),
        "METHOD_NOT_FOUND" or "TOOL_NOT_FOUND" => new McpRequestException(code, message, details, requestId),
        "INVALID_PARAMS" => new McpInvalidParamsException(code, message, details, requestId),
        "NOT_FOUND" => new McpNotFoundException(code, message, details, requestId),
        "TOOL_EXECUTION_FAILED" => new McpToolFailedException(code, message, details, requestId),
        "TOOL_TIMEOUT" => new McpToolTimeoutException(code, message, details, requestId),
        "REQUEST_CANCELLED" => new McpRequestCancelledException(code, message, details, requestId),
        "SERVER_OVERLOADED" => new McpServerOverloadedException(code, message, details, requestId),
        "INTERNAL_ERROR" or "EXECUTION_INTERRUPTED" => new McpExecutionException(code, message, details, requestId),
        "RATE_LIMIT_EXCEEDED" => new McpRateLimitException(code, message, details, requestId),
        "INVALID_API_KEY" => new McpInvalidApiKeyException(code, message, details, requestId),
        "UNAUTHORIZED_ACCESS" => new McpUnauthorizedException(code, message, details, requestId),
        "SECURITY_VIOLATION" => new McpSecurityException(code, message, details, requestId),
        "CONNECTION_FAILED" => new McpConnectionFailedException(code, message, details, requestId),
        "CONNECTION_LOST" => new McpConnectionLostException(code, message, details, requestId),
        "RECONNECTION_FAILED" => new McpReconnectionFailedException(code, message, details, requestId),
        "HEARTBEAT_TIMEOUT" => new McpHeartbeatTimeoutException(code, message, details, requestId),
        _ => new McpException(code, message, details, requestId),
    };

    /// <summary>The same error for another request: an exception that is thrown twice would mix its stack traces.</summary>
    public static McpException Again(McpException error, string? requestId = null, string? outcome = null)
    {
        var details = error.Details.DeepClone().AsObject();
        if (outcome is not null)
            details["outcome"] = outcome;
        return Make(error.Code, error.Message, details, requestId);
    }
}
