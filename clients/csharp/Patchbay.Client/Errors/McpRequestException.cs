using System.Text.Json.Nodes;

namespace Patchbay.Client;

/// <summary>The request asks for something that does not exist or does not fit: <c>METHOD_NOT_FOUND</c>, <c>TOOL_NOT_FOUND</c>.</summary>
public class McpRequestException : McpException
{
    internal McpRequestException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>A named stream, workflow, model or the like does not exist (<c>NOT_FOUND</c>).</summary>
public sealed class McpNotFoundException : McpRequestException
{
    internal McpNotFoundException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>The params or arguments do not fit the schema (<c>INVALID_PARAMS</c>).</summary>
public sealed class McpInvalidParamsException : McpRequestException
{
    internal McpInvalidParamsException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }

    /// <summary>Every fault: the JSON Pointer of the value, and what would be right.</summary>
    public IReadOnlyList<(string Path, string Message)> Errors =>
        Details["errors"] is JsonArray errors
            ? [.. errors.OfType<JsonObject>().Select(error => (error["path"]?.ToString() ?? "", error["message"]?.ToString() ?? ""))]
            : [];
}
