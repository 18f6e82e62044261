using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client;

/// <summary>What the server answered, or what the client found out about the connection. The class follows <see cref="Code"/>.</summary>
/// <remarks>
/// The tree: <see cref="McpProtocolException"/>, <see cref="McpRequestException"/> (<see cref="McpInvalidParamsException"/>, <see cref="McpNotFoundException"/>),
/// <see cref="McpExecutionException"/> (<see cref="McpToolFailedException"/>, <see cref="McpToolTimeoutException"/>, <see cref="McpRequestCancelledException"/>,
/// <see cref="McpServerOverloadedException"/>), <see cref="McpSecurityException"/> (<see cref="McpRateLimitException"/>, <see cref="McpInvalidApiKeyException"/>,
/// <see cref="McpUnauthorizedException"/>) and <see cref="McpConnectionException"/> (<see cref="McpConnectionFailedException"/>, <see cref="McpConnectionLostException"/>,
/// <see cref="McpReconnectionFailedException"/>, <see cref="McpHeartbeatTimeoutException"/>). A code the table does not know gives this class itself.
/// </remarks>
public class McpException : Exception
{
    internal McpException(string code, string message, JsonObject? details, string? requestId)
        : base(message)
    {
        Code = code;
        Details = details ?? [];
        RequestId = requestId;
    }

    /// <summary>The name on the wire, for example <c>INVALID_PARAMS</c>; usually one of <see cref="ErrorCodes"/>.</summary>
    public string Code { get; }

    /// <summary>Further facts; empty when there are none.</summary>
    public JsonObject Details { get; }

    /// <summary>The message id of the request it answers, or null.</summary>
    public string? RequestId { get; }

    /// <summary>Whether the same request may succeed when it is sent again: <c>details.retryable</c>, else what the table of codes says.</summary>
    public bool Retryable =>
        Details["retryable"] is JsonValue told && told.TryGetValue(out bool retryable) ? retryable : ErrorCodes.Find(Code)?.Retryable ?? false;

    /// <summary>How long to wait first, as the server said (<c>details.retry_after_ms</c>), or null when it said nothing.</summary>
    public TimeSpan? RetryAfter => RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2)) : null;

    /// <summary><c>unknown</c> when the request may have run, <c>not_sent</c> when it did not leave, null when that is no question.</summary>
    public string? Outcome => Details["outcome"] is JsonValue told && told.TryGetValue(out string? outcome) ? outcome : null;

    internal double? RetryAfterSeconds =>
        // Through its text: a number that was made converts only to its own type.
        Details["retry_after_ms"] is JsonValue told && told.GetValueKind() == JsonValueKind.Number && double.Parse(told.ToJsonString(), CultureInfo.InvariantCulture) is >= 0 and var ms ? ms / 1000 : null;

    /// <inheritdoc />
    public override string ToString() => $"{Code}: {base.ToString()}";
}
