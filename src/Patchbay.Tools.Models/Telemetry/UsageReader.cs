using System.Text.Json;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Telemetry;

/// <summary>Reads the <c>usage</c> of an answer. Nothing is estimated.</summary>
internal static class UsageReader
{
    /// <summary>The usage; null when it is missing or says nothing.</summary>
    public static TokenUsage? Read(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
            return null;
        var read = new TokenUsage(
            JsonText.Count(usage, "prompt_tokens"), JsonText.Count(usage, "completion_tokens"),
            Detail(usage, "prompt_tokens_details", "cached_tokens"), Detail(usage, "completion_tokens_details", "reasoning_tokens"));
        return read is { InputTokens: null, OutputTokens: null } ? null : read;
    }

    private static long? Detail(JsonElement usage, string details, string name) => usage.TryGetProperty(details, out var inner) ? JsonText.Count(inner, name) : null;
}
