using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Patchbay.Protocol.Errors;

namespace Patchbay.Tools.Models.Upstreams;

/// <summary>Reads the errors of OpenAI-compatible servers: <c>{"error":{message,type,code}}</c>, <c>{"error":"…"}</c>, <c>{"object":"error",message}</c>, or no JSON at all.</summary>
internal static class ProviderError
{
    private const int MaxCodeChars = 64;

    private static readonly string[] ServerWords = ["server_error", "internal", "overloaded", "unavailable"];

    /// <summary>The fault a JSON object tells, or null when it tells none.</summary>
    public static UpstreamFault? InAnswer(JsonElement root, Redactor redactor)
    {
        if (Find(root) is not { } error)
            return null;
        var (code, message) = Read(error, redactor);
        return new UpstreamFault("upstream_error", ErrorCodes.ToolExecutionFailed, "ended its answer with an error.") { IsBreakdown = IsOfServer(code), ProviderCode = code, ProviderMessage = message };
    }

    // Most of them say that the question was wrong; those must not close the server to others.
    private static bool IsOfServer(string? code) =>
        code is not null && (int.TryParse(code, out var number) ? number >= 500 : ServerWords.Any(word => code.Contains(word, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The fault that stands for an answer with a status that is no success.</summary>
    public static UpstreamFault OfStatus(HttpStatusCode status, ReadOnlyMemory<byte> beginning, Redactor redactor)
    {
        var (code, message) = ReadBody(beginning, redactor);
        var number = (int)status;
        var fault = number switch
        {
            >= 300 and < 400 => new UpstreamFault("redirect", ErrorCodes.ToolExecutionFailed, $"answered {number}, a redirect, which is not followed: its BaseUrl must be the final one."),
            401 or 403 => new UpstreamFault("upstream_refused_key", ErrorCodes.ToolExecutionFailed, $"refused the configured key ({number})."),
            429 => new UpstreamFault("upstream_rate_limited", ErrorCodes.ServerOverloaded, "has had too many requests (429)."),
            503 => new UpstreamFault("upstream_overloaded", ErrorCodes.ServerOverloaded, "is overloaded or still loading (503)."),
            >= 500 => new UpstreamFault("upstream_failed", ErrorCodes.ToolExecutionFailed, $"failed ({number})."),
            _ => new UpstreamFault("upstream_refused", ErrorCodes.ToolExecutionFailed, $"refused the request ({number})."),
        };
        return fault with { Status = number, ProviderCode = code, ProviderMessage = message, MayRetry = number is 429 or 502 or 503 or 504, IsBreakdown = number >= 500 };
    }

    private static JsonElement? Find(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return null;
        if (root.TryGetProperty("error", out var error) && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
            return error;
        return root.TryGetProperty("object", out var kind) && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("error") ? root : null;
    }

    private static (string? Code, string? Message) ReadBody(ReadOnlyMemory<byte> body, Redactor redactor)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (Find(document.RootElement) is { } error)
                return Read(error, redactor);
            // FastAPI's way: {"detail": "…"}.
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("detail", out var detail))
                return (null, redactor.Clean(JsonText.Of(detail)));
        }
        catch (JsonException)
        {
            // A page of a proxy, or an answer that was cut.
        }

        return (null, redactor.Clean(Encoding.UTF8.GetString(body.Span)));
    }

    private static (string? Code, string? Message) Read(JsonElement error, Redactor redactor)
    {
        if (error.ValueKind != JsonValueKind.Object)
            return (null, redactor.Clean(JsonText.Of(error)));
        var code = JsonText.Of(error, "code") ?? JsonText.Of(error, "type");
        return (redactor.Clean(code, MaxCodeChars), redactor.Clean(JsonText.Of(error, "message")));
    }
}

/// <summary>Reads text out of JSON that may be anything.</summary>
internal static class JsonText
{
    /// <summary>A string as it is, anything else as JSON; null for null.</summary>
    public static string? Of(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString(),
                JsonValueKind.Null or JsonValueKind.Undefined => null,
                JsonValueKind.Number => element.TryGetInt64(out var number) ? number.ToString(CultureInfo.InvariantCulture) : element.GetRawText(),
                _ => element.GetRawText(),
            };
        }
        catch (InvalidOperationException)
        {
            // A string of bytes that are no text.
            return null;
        }
    }

    /// <summary>A member, when it is there and not null.</summary>
    public static string? Of(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? Of(member) : null;

    /// <summary>A member that is a string.</summary>
    public static string? String(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? Of(member) : null;

    /// <summary>A member that is a whole number of 0 or more.</summary>
    public static long? Count(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number
        && member.TryGetInt64(out var number) && number >= 0 ? number : null;
}
