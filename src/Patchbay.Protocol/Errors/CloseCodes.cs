namespace Patchbay.Protocol.Errors;

/// <summary>The one table of close codes.</summary>
public static class CloseCodes
{
    /// <summary>Normal end.</summary>
    public static readonly CloseCode Normal = new(1000, "", null, Reconnect.AsYouLike);

    /// <summary>The peer goes away (a page is left, a process ends).</summary>
    public static readonly CloseCode GoingAway = new(1001, "going away", null, Reconnect.AsYouLike);

    /// <summary>Broken frames (RFC 6455 §5).</summary>
    public static readonly CloseCode ProtocolError = new(1002, "broken frame", null, Reconnect.No);

    /// <summary>A binary message that is no audio frame.</summary>
    public static readonly CloseCode UnexpectedBinary = new(1003, "unexpected binary message", null, Reconnect.No);

    /// <summary>A text message that is not UTF-8.</summary>
    public static readonly CloseCode NotUtf8 = new(1007, "text is not UTF-8", null, Reconnect.No);

    /// <summary>A flood of control frames or fragments.</summary>
    public static readonly CloseCode PolicyViolation = new(1008, "SECURITY_VIOLATION", ErrorCodes.SecurityViolation, Reconnect.No);

    /// <summary>A message larger than the limit.</summary>
    public static readonly CloseCode MessageTooLarge = new(1009, "MESSAGE_TOO_LARGE", ErrorCodes.MessageTooLarge, Reconnect.No);

    /// <summary>An internal error.</summary>
    public static readonly CloseCode InternalError = new(1011, "INTERNAL_ERROR", null, Reconnect.WithBackoff);

    /// <summary>The server restarts.</summary>
    public static readonly CloseCode Restart = new(1012, "server restart", null, Reconnect.WithBackoff);

    /// <summary>The server has no room.</summary>
    public static readonly CloseCode Overload = new(1013, "SERVER_OVERLOADED", null, Reconnect.WithBackoff);

    /// <summary>Too many messages that fail validation.</summary>
    public static readonly CloseCode TooManyInvalid = new(4400, "too many invalid messages", ErrorCodes.InvalidMessageFormat, Reconnect.No);

    /// <summary>The key was revoked or has expired.</summary>
    public static readonly CloseCode InvalidApiKey = new(4401, "INVALID_API_KEY", ErrorCodes.InvalidApiKey, Reconnect.No);

    /// <summary>The key may not do this.</summary>
    public static readonly CloseCode Unauthorized = new(4403, "UNAUTHORIZED_ACCESS", ErrorCodes.UnauthorizedAccess, Reconnect.No);

    /// <summary>No byte came from the peer for too long.</summary>
    public static readonly CloseCode HeartbeatTimeout = new(4408, "HEARTBEAT_TIMEOUT", ErrorCodes.HeartbeatTimeout, Reconnect.WithBackoff);

    /// <summary>A newer connection took the session over.</summary>
    public static readonly CloseCode Replaced = new(4409, "replaced by a newer connection", ErrorCodes.ConnectionLost, Reconnect.No);

    /// <summary>The penalty ladder closed the connection; the reason carries <c>retry_after_ms=N</c>.</summary>
    public static readonly CloseCode RateLimited = new(4429, "RATE_LIMIT_EXCEEDED", ErrorCodes.RateLimitExceeded, Reconnect.AfterDelay);

    /// <summary>The peer does not read.</summary>
    public static readonly CloseCode SlowConsumer = new(4430, "slow consumer", ErrorCodes.ConnectionLost, Reconnect.WithBackoff);

    /// <summary>Every code, by number.</summary>
    public static IReadOnlyList<CloseCode> All { get; } =
    [
        Normal, GoingAway, ProtocolError, UnexpectedBinary, NotUtf8, PolicyViolation, MessageTooLarge, InternalError, Restart, Overload,
        TooManyInvalid, InvalidApiKey, Unauthorized, HeartbeatTimeout, Replaced, RateLimited, SlowConsumer,
    ];
}
