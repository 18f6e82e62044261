namespace Patchbay.Protocol.Errors;

/// <summary>What a client should do after a close code.</summary>
public enum Reconnect
{
    /// <summary>A normal end: as the user likes.</summary>
    AsYouLike,

    /// <summary>The same would happen again: do not reconnect by itself.</summary>
    No,

    /// <summary>Reconnect with backoff.</summary>
    WithBackoff,

    /// <summary>Reconnect after the time the reason text names as <c>retry_after_ms=N</c>.</summary>
    AfterDelay,
}

/// <summary>One row of the table of WebSocket close codes (RFC 6455 §7.4, and 44xx of this protocol).</summary>
/// <param name="Code">The number on the wire, 1000 to 4999.</param>
/// <param name="Reason">The reason text the server sends, at most 123 bytes of UTF-8.</param>
/// <param name="Error">The error that is sent before the Close, or null when only the code is sent.</param>
/// <param name="Reconnect">What a client should do.</param>
public sealed record CloseCode(int Code, string Reason, ErrorCode? Error, Reconnect Reconnect);
