using System.Text.Json.Nodes;

namespace Patchbay.Protocol.Errors;

/// <summary>An expected failure as a value: what goes out as <c>error_code</c>, <c>error_message</c> and <c>details</c>.</summary>
/// <param name="Code">A row of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">What is wrong, where, and what would be right; at most 2,048 characters.</param>
/// <param name="Details">Further members of <c>details</c>; <c>retryable</c> is added by the writer.</param>
public sealed record ProtocolError(ErrorCode Code, string Message, JsonObject? Details = null)
{
    /// <summary><c>INVALID_MESSAGE_FORMAT</c> with <c>details.field</c>.</summary>
    public static ProtocolError Format(string field, string message) =>
        new(ErrorCodes.InvalidMessageFormat, message, new JsonObject { ["field"] = field });

    /// <summary><c>INVALID_PARAMS</c> with one entry in <c>details.errors</c>.</summary>
    /// <param name="path">JSON Pointer of the faulty value inside params or arguments, for example <c>/level</c>.</param>
    /// <param name="message">What would be right.</param>
    public static ProtocolError Params(string path, string message) =>
        new(ErrorCodes.InvalidParams, message, new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["path"] = path, ["message"] = message }) });

    /// <summary><c>NOT_FOUND</c>.</summary>
    public static ProtocolError NotFound(string message, JsonObject? details = null) => new(ErrorCodes.NotFound, message, details);

    /// <summary><c>TOOL_EXECUTION_FAILED</c>.</summary>
    public static ProtocolError Failed(string message, JsonObject? details = null) => new(ErrorCodes.ToolExecutionFailed, message, details);
}
