using System.Globalization;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;

namespace Patchbay.Tools.Models.Upstreams;

/// <summary>What went wrong with an upstream, in words that may be shown: no key, no address, no more of a body than an excerpt.</summary>
/// <param name="Reason">The kind, for <c>details.reason</c> and the metrics: one of a few fixed words.</param>
/// <param name="Code">The error code.</param>
/// <param name="Message">A sentence that goes on after the name of the upstream.</param>
internal sealed record UpstreamFault(string Reason, ErrorCode Code, string Message)
{
    /// <summary>Whether it says that the upstream does not work; counted by the circuit breaker.</summary>
    public bool IsBreakdown { get; init; }

    /// <summary>Whether the request may be sent again, as nothing of an answer has come.</summary>
    public bool MayRetry { get; init; }

    /// <summary>How long the upstream asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The HTTP status, when one came.</summary>
    public int? Status { get; init; }

    /// <summary>The phase whose time was up.</summary>
    public Phase? Phase { get; init; }

    /// <summary>The provider's own code.</summary>
    public string? ProviderCode { get; init; }

    /// <summary>The provider's own words, an excerpt.</summary>
    public string? ProviderMessage { get; init; }

    /// <summary>The provider's name for the request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Time ran out.</summary>
    public static UpstreamFault TimedOut(Phase phase, TimeSpan after)
    {
        var (name, what) = phase switch
        {
            Upstreams.Phase.Connect => ("connect", "could not be connected to"),
            Upstreams.Phase.FirstByte => ("first_byte", "sent nothing of its answer"),
            Upstreams.Phase.Idle => ("idle", "fell silent in the middle of its answer for"),
            _ => ("total", "did not end its answer"),
        };
        var within = phase == Upstreams.Phase.Idle ? "" : " within";
        return new UpstreamFault("timeout_" + name, ErrorCodes.ToolTimeout, string.Create(CultureInfo.InvariantCulture, $"{what}{within} {after.TotalMilliseconds:0} ms."))
        {
            Phase = phase,
            // The total says as much of the question as of the server: a long answer is no breakdown.
            IsBreakdown = phase != Upstreams.Phase.Total,
            MayRetry = phase == Upstreams.Phase.Connect,
        };
    }

    /// <summary>The answer is none: not what the API promises.</summary>
    public static UpstreamFault Invalid(string message, string? excerpt = null) =>
        new("invalid_answer", ErrorCodes.ToolExecutionFailed, message) { IsBreakdown = true, ProviderMessage = excerpt };

    /// <summary>The answer broke off.</summary>
    public static UpstreamFault Truncated(string message) => new("truncated", ErrorCodes.ToolExecutionFailed, message) { IsBreakdown = true };

    /// <summary>The answer is larger than a setting allows.</summary>
    public static UpstreamFault TooLarge(string what, long limit, string setting) =>
        new("too_large", ErrorCodes.ToolExecutionFailed, string.Create(CultureInfo.InvariantCulture, $"{what} than {limit} ({setting})."));

    /// <summary>The error to answer with.</summary>
    /// <param name="upstream">The name of the upstream.</param>
    /// <param name="attempts">How often the request was sent.</param>
    public ProtocolError ToError(string upstream, int attempts)
    {
        var details = new JsonObject { ["reason"] = Reason, ["upstream"] = upstream, ["attempts"] = attempts };
        if (Status is { } status)
            details["status"] = status;
        if (Phase is not null)
            details["phase"] = Reason["timeout_".Length..];
        if (RetryAfter is { } wait)
            details["retry_after_ms"] = (long)Math.Ceiling(wait.TotalMilliseconds);
        if (ProviderCode is not null)
            details["provider_code"] = ProviderCode;
        if (ProviderMessage is not null)
            details["provider_message"] = ProviderMessage;
        if (RequestId is not null)
            details["provider_request_id"] = RequestId;
        var said = ProviderMessage is null ? "" : $" It says: {ProviderMessage}";
        return new ProtocolError(Code, $"The model server '{upstream}' {Message}{said}", details);
    }
}

/// <summary>Carries a fault from where it is seen to the one place that answers it.</summary>
internal sealed class UpstreamException(UpstreamFault fault) : Exception(fault.Message)
{
    public UpstreamFault Fault => fault;
}
