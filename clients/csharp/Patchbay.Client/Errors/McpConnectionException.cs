using System.Text.Json.Nodes;

namespace Patchbay.Client;

/// <summary>Something about the connection, not about one request.</summary>
public class McpConnectionException : McpException
{
    internal McpConnectionException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>The connection could not be made (<c>CONNECTION_FAILED</c>).</summary>
public sealed class McpConnectionFailedException : McpConnectionException
{
    internal McpConnectionFailedException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>The connection was lost (<c>CONNECTION_LOST</c>); <see cref="McpException.Outcome"/> is <c>unknown</c> when the request may have run.</summary>
public sealed class McpConnectionLostException : McpConnectionException
{
    internal McpConnectionLostException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>Reconnecting was given up (<c>RECONNECTION_FAILED</c>).</summary>
public sealed class McpReconnectionFailedException : McpConnectionException
{
    internal McpReconnectionFailedException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>The server has been silent for two heartbeat intervals (<c>HEARTBEAT_TIMEOUT</c>).</summary>
public sealed class McpHeartbeatTimeoutException : McpConnectionException
{
    internal McpHeartbeatTimeoutException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}
