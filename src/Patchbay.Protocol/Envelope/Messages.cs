namespace Patchbay.Protocol.Envelope;

/// <summary>The two ways to write a message.</summary>
public enum Dialect
{
    /// <summary>With <c>protocol_version</c>, <c>message_type</c> and <c>message_id</c>.</summary>
    Envelope,

    /// <summary><c>{"id","method","params"}</c>.</summary>
    Compact,
}

/// <summary>A valid message. Slices (<see cref="ReadOnlyMemory{T}"/>) point into the text it was read from and live as long as that does.</summary>
public abstract class Message
{
    /// <summary>The dialect it was written in.</summary>
    public Dialect Dialect { get; init; }

    /// <summary><c>message_id</c>, or <c>id</c> in the compact dialect.</summary>
    public required string Id { get; init; }

    /// <summary>Every message with a seq up to this one has arrived; null when the message acknowledges nothing.</summary>
    public long? Ack { get; init; }

    /// <summary>The number of the message in a resumable session; null when it has none.</summary>
    public long? Seq { get; init; }
}

/// <summary>A request.</summary>
public sealed class RequestMessage : Message
{
    /// <summary>1 to 128 characters.</summary>
    public required string Method { get; init; }

    /// <summary>A JSON object in UTF-8, or empty when absent.</summary>
    public ReadOnlyMemory<byte> Params { get; init; }

    /// <summary>What the caller says beside the params.</summary>
    public RequestContext? Context { get; init; }
}

/// <summary>The known members of <c>context</c>; unknown ones are ignored.</summary>
/// <param name="TraceParent">W3C trace context, not checked further.</param>
/// <param name="DeadlineMs">1 to 300,000 milliseconds from receipt.</param>
/// <param name="IdempotencyKey">1 to 128 characters.</param>
public sealed record RequestContext(string? TraceParent, int? DeadlineMs, string? IdempotencyKey);

/// <summary>The answer to a request.</summary>
public sealed class ResponseMessage : Message
{
    /// <summary>The id of the request.</summary>
    public required string RequestId { get; init; }

    /// <summary>A JSON object.</summary>
    public ReadOnlyMemory<byte> Result { get; init; }

    /// <summary>A JSON object, or empty.</summary>
    public ReadOnlyMemory<byte> Metrics { get; init; }
}

/// <summary>Something told unasked.</summary>
public sealed class EventMessage : Message
{
    /// <summary>1 to 128 characters, for example <c>status_update</c>.</summary>
    public required string EventType { get; init; }

    /// <summary>A JSON object, or empty.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Where it comes from, or null.</summary>
    public string? Source { get; init; }
}

/// <summary>An error.</summary>
public sealed class ErrorMessage : Message
{
    /// <summary>The code's name; usually one of <see cref="Errors.ErrorCodes"/>.</summary>
    public required string ErrorCode { get; init; }

    /// <summary>At most 2,048 characters.</summary>
    public required string Text { get; init; }

    /// <summary>A JSON object, or empty.</summary>
    public ReadOnlyMemory<byte> Details { get; init; }

    /// <summary>The request it answers, or null when unknown.</summary>
    public string? RequestId { get; init; }
}

/// <summary>A line of diagnosis.</summary>
public sealed class DiagnosticMessage : Message
{
    /// <summary>How grave it is.</summary>
    public DiagnosticLevel Level { get; init; }

    /// <summary>1 to 128 characters.</summary>
    public required string Component { get; init; }

    /// <summary>At most 2,048 characters.</summary>
    public required string Text { get; init; }

    /// <summary>A JSON object, or empty.</summary>
    public ReadOnlyMemory<byte> Details { get; init; }

    /// <summary>A JSON object, or empty.</summary>
    public ReadOnlyMemory<byte> Metrics { get; init; }
}

/// <summary>How grave a diagnostic is, rising.</summary>
public enum DiagnosticLevel
{
    /// <summary><c>debug</c></summary>
    Debug,

    /// <summary><c>info</c></summary>
    Info,

    /// <summary><c>warning</c></summary>
    Warning,

    /// <summary><c>error</c></summary>
    Error,

    /// <summary><c>critical</c></summary>
    Critical,
}

/// <summary>A sign of life.</summary>
public sealed class HeartbeatMessage : Message
{
    /// <summary>1 to 128 characters.</summary>
    public required string ClientId { get; init; }

    /// <summary>Seconds.</summary>
    public double Uptime { get; init; }

    /// <summary>A JSON object, or empty.</summary>
    public ReadOnlyMemory<byte> Metrics { get; init; }
}
