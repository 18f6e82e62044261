using System.Text.Json;
using System.Text.Unicode;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Chat;

/// <summary>One event of a stream.</summary>
/// <param name="IsEnd">Whether it is <c>[DONE]</c>.</param>
/// <param name="Json">What it says; null when it is empty.</param>
internal readonly record struct ChatEvent(bool IsEnd, JsonDocument? Json)
{
    /// <summary>Reads the bytes of an event.</summary>
    /// <exception cref="UpstreamException">They are no JSON, no text, or tell of an error.</exception>
    public static ChatEvent Read(string type, ReadOnlySpan<byte> data, Redactor redactor)
    {
        data = data.Trim(" \t\r\n"u8);
        if (data.IsEmpty)
            return default;
        if (data.SequenceEqual("[DONE]"u8))
            return new ChatEvent(true, null);
        if (!Utf8.IsValid(data))
            throw new UpstreamException(UpstreamFault.Invalid("sent bytes that are no UTF-8 text."));
        var json = Parse(data, redactor);
        if (type == "error" && ProviderError.InAnswer(json.RootElement, redactor) is null)
            throw Told(json, redactor);
        return new ChatEvent(false, json);
    }

    private static JsonDocument Parse(ReadOnlySpan<byte> data, Redactor redactor)
    {
        try
        {
            return JsonDocument.Parse(data.ToArray());
        }
        catch (JsonException)
        {
            var beginning = data[..Math.Min(data.Length, 2 * Redactor.MaxChars)];
            throw new UpstreamException(UpstreamFault.Invalid("sent an event that is no JSON.", redactor.Clean(System.Text.Encoding.UTF8.GetString(beginning))));
        }
    }

    // An event that calls itself an error, in a form of its own.
    private static UpstreamException Told(JsonDocument json, Redactor redactor)
    {
        using (json)
        {
            return new UpstreamException(new UpstreamFault("upstream_error", ErrorCodes.ToolExecutionFailed, "ended its answer with an error.")
            {
                ProviderMessage = redactor.Clean(JsonText.Of(json.RootElement, "message") ?? json.RootElement.GetRawText()),
            });
        }
    }
}
