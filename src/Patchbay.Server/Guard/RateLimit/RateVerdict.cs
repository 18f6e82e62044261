using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;

namespace Patchbay.Server.Guard.RateLimit;

/// <summary>What is to be done with a message.</summary>
internal enum RateOutcome
{
    /// <summary>Go on with it.</summary>
    Admitted,

    /// <summary>Answer with <see cref="RateVerdict.ToError"/>.</summary>
    Refused,

    /// <summary>Drop it without an answer: ten refusals were answered within this second of a cooldown.</summary>
    RefusedSilently,

    /// <summary>The key is banned: send <see cref="RateVerdict.ToError"/> and close every connection of the key with 4429.</summary>
    CloseKey,
}

/// <summary>The limiter's word on one message.</summary>
/// <param name="Outcome">What is to be done.</param>
/// <param name="Limit">Messages in any 60 seconds.</param>
/// <param name="Remaining">Places left in the window.</param>
/// <param name="RetryAfterMs">How long until a message is admitted, cooldown or ban and window together; 0 when this one was.</param>
/// <param name="ResetAt">The moment that is, in milliseconds since the Unix epoch.</param>
/// <param name="PenaltyLevel">0 to 7.</param>
/// <param name="NearLimit">Whether a warning that 80 % of the limit are used is due now.</param>
/// <param name="Stepped">Whether this message led to a step up the ladder.</param>
internal readonly record struct RateVerdict(
    RateOutcome Outcome, int Limit, int Remaining, long RetryAfterMs, long ResetAt, int PenaltyLevel, bool NearLimit, bool Stepped)
{
    /// <summary><c>RATE_LIMIT_EXCEEDED</c> with the details of protocol section 8.</summary>
    public ProtocolError ToError() => new(
        ErrorCodes.RateLimitExceeded,
        $"The limit is {Limit} messages in 60 seconds; wait {RetryAfterMs} ms.",
        new JsonObject
        {
            ["limit"] = Limit,
            ["window_ms"] = SlidingWindow.LengthMs,
            ["remaining"] = Remaining,
            ["retry_after_ms"] = RetryAfterMs,
            ["reset_at"] = DateTimeOffset.FromUnixTimeMilliseconds(ResetAt).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
            ["penalty_level"] = PenaltyLevel,
        });

    /// <summary>The reason text of a Close with 4429.</summary>
    public string CloseReason => $"RATE_LIMIT_EXCEEDED retry_after_ms={RetryAfterMs}";
}
