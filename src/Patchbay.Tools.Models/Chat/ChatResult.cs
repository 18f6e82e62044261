using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Patchbay.Tools.Models.Calls;
using Patchbay.Tools.Models.Telemetry;

namespace Patchbay.Tools.Models.Chat;

/// <summary>Result of <c>models/chat</c>.</summary>
internal sealed record ChatResult(
    [property: Description("The model that answered, as models/list has it.")] string Model,
    [property: Description("The model server that answered.")] string Provider,
    [property: Description("The whole answer, also when it was streamed.")] string Text,
    [property: Description("Why it ended: stop, length, tool_calls, content_filter, or the provider's own word; null when it did not say.")] string? FinishReason,
    [property: Description("Tokens as the provider counted them; null when it did not say.")] TokenUsage? Usage,
    [property: Description("How long it took.")] Timings Timings,
    [property: Description("The calls the model asks for."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ToolCall>? ToolCalls = null,
    [property: Description("What the model thought before it answered."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reasoning = null,
    [property: Description("Why the model would not answer."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Refusal = null,
    [property: Description("The model as its server names it, where that is another name."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ResponseModel = null,
    [property: Description("The provider's name for the request, for its support."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ProviderRequestId = null,
    [property: Description("What was not as it should be, though the answer is whole."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Warning = null);

/// <summary>A call of a function that the model asks for.</summary>
internal sealed record ToolCall(
    [property: Description("What the answer to it is to name as tool_call_id; null when the provider gave none.")] string? Id,
    [property: Description("The function.")] string Name,
    [property: Description("The arguments as the model wrote them, which may be no JSON.")] string ArgumentsText,
    [property: Description("The arguments; null when what the model wrote is no JSON.")] JsonElement? Arguments);

/// <summary>How long a call took.</summary>
internal sealed record Timings(
    [property: Description("From the request to the first of the answer: text, reasoning, or part of a tool call; null when the answer came whole.")] double? TimeToFirstTokenMs,
    [property: Description("From the request to the end of the answer, retries included.")] double TotalMs,
    [property: Description("Tokens of the answer in a second, after the first; null when it cannot be known.")] double? TokensPerS,
    [property: Description("How long it waited for a place before that.")] double QueueMs,
    [property: Description("How often the request was sent.")] int Attempts)
{
    /// <summary>Those of a call that has ended.</summary>
    public static Timings Of(ModelOperation operation, TimeProvider time)
    {
        var times = operation.Times;
        var total = time.GetElapsedTime(times.StartedAt, times.EndedAt);
        TimeSpan? first = times.FirstOutputAt is { } at ? time.GetElapsedTime(times.StartedAt, at) : null;
        var writing = total - first;
        double? rate = writing > TimeSpan.Zero && operation.Usage?.OutputTokens is { } tokens ? tokens / writing.Value.TotalSeconds : null;
        return new Timings(first?.TotalMilliseconds, total.TotalMilliseconds, rate, times.Queued.TotalMilliseconds, times.Attempts);
    }
}
