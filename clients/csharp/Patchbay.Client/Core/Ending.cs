using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Core;

/// <summary>Why a connection, or an attempt at one, is over, and what follows.</summary>
/// <param name="Error">What a caller sees.</param>
/// <param name="MayReconnect">Whether it may come back by itself.</param>
/// <param name="NamedDelay">Seconds the server asked to wait.</param>
internal sealed partial record Ending(McpException Error, bool MayReconnect, double NamedDelay = 0)
{
    /// <param name="code">The close code; 1006 when there was no Close.</param>
    /// <param name="reason">Its reason text.</param>
    /// <param name="told">The error the server sent just before, if any.</param>
    /// <param name="options">What the user wants.</param>
    public static Ending OfClose(int code, string reason, McpException? told, McpClientOptions options)
    {
        // A code without a row is treated as a lost connection: 1005, 1006 and whatever a proxy invents.
        var row = CloseCodes.All.FirstOrDefault(row => row.Code == code);
        var error = code == CloseCodes.Overload.Code ? ErrorCodes.ServerOverloaded : row?.Error ?? ErrorCodes.ConnectionLost;
        var rule = row?.Reconnect ?? Protocol.Errors.Reconnect.WithBackoff;
        var details = told?.Details.DeepClone().AsObject() ?? [];
        details["close_code"] = code;
        if (RetryAfter().Match(reason) is { Success: true } found)
            details["retry_after_ms"] = double.Parse(found.Groups["ms"].ValueSpan, CultureInfo.InvariantCulture);
        var text = told?.Message ?? $"The connection ended with {code}{(reason.Length > 0 ? $" ({reason})" : "")}.";
        var made = McpErrors.Make(error, text, details);
        var may = rule == Protocol.Errors.Reconnect.AsYouLike ? options.ReconnectOnNormalClose : rule != Protocol.Errors.Reconnect.No;
        return new Ending(made, may, rule == Protocol.Errors.Reconnect.AfterDelay ? made.RetryAfterSeconds ?? 0 : 0);
    }

    /// <param name="status">The HTTP status, or null when no answer came.</param>
    /// <param name="retryAfter">Seconds, from <c>Retry-After</c>.</param>
    /// <param name="text">What is wrong.</param>
    /// <param name="code">The error code the body named, if it could be read and is in the table.</param>
    public static Ending OfHandshake(int? status, double? retryAfter, string text, string? code)
    {
        var (otherwise, may) = status switch
        {
            400 or 426 => (ErrorCodes.InvalidProtocolVersion, false),
            401 => (ErrorCodes.InvalidApiKey, false),
            403 or 421 => (ErrorCodes.SecurityViolation, false),
            429 => (ErrorCodes.RateLimitExceeded, true),
            503 => (ErrorCodes.ServerOverloaded, true),
            null or 408 or 425 or >= 500 => (ErrorCodes.ConnectionFailed, true),
            _ => (ErrorCodes.ConnectionFailed, false),
        };
        var details = new JsonObject();
        if (status is not null)
            details["status"] = status;
        if (retryAfter is not null)
            details["retry_after_ms"] = Math.Round(retryAfter.Value * 1000);
        return new Ending(McpErrors.Make(code ?? otherwise.Name, text, details), may, retryAfter ?? 0);
    }

    [GeneratedRegex(@"retry_after_ms=(?<ms>\d{1,15})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RetryAfter();
}
