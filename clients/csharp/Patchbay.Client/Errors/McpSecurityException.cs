using System.Text.Json.Nodes;

namespace Patchbay.Client;

/// <summary>A rule of security was broken (<c>SECURITY_VIOLATION</c>).</summary>
public class McpSecurityException : McpException
{
    internal McpSecurityException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>Too many messages (<c>RATE_LIMIT_EXCEEDED</c>); wait <see cref="McpException.RetryAfter"/>.</summary>
public sealed class McpRateLimitException : McpSecurityException
{
    internal McpRateLimitException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>The key is missing, malformed, unknown, expired or revoked (<c>INVALID_API_KEY</c>).</summary>
public sealed class McpInvalidApiKeyException : McpSecurityException
{
    internal McpInvalidApiKeyException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}

/// <summary>The key is valid but lacks the scope named in <c>details.scope</c> (<c>UNAUTHORIZED_ACCESS</c>).</summary>
public sealed class McpUnauthorizedException : McpSecurityException
{
    internal McpUnauthorizedException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}
