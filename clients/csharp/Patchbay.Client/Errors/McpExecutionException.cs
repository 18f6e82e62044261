using System.Text.Json.Nodes;

namespace Patchbay.Client;

/// <summary>The request was accepted and did not end well: <c>INTERNAL_ERROR</c>, <c>EXECUTION_INTERRUPTED</c>.</summary>
public class McpExecutionException : McpException
{
    internal McpExecutionException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>The tool ran and reported a failure (<c>TOOL_EXECUTION_FAILED</c>).</summary>
public sealed class McpToolFailedException : McpExecutionException
{
    internal McpToolFailedException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>The call did not end within its time (<c>TOOL_TIMEOUT</c>); <c>details.source</c> is <c>client</c> when this client's clock said so.</summary>
public sealed class McpToolTimeoutException : McpExecutionException
{
    internal McpToolTimeoutException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>The request was cancelled by someone other than this caller's token (<c>REQUEST_CANCELLED</c>).</summary>
public sealed class McpRequestCancelledException : McpExecutionException
{
    internal McpRequestCancelledException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>No room for the request now (<c>SERVER_OVERLOADED</c>).</summary>
public sealed class McpServerOverloadedException : McpExecutionException
{
    internal McpServerOverloadedException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}
