using System.Text.Json.Nodes;

namespace Patchbay.Testing.Models;

/// <summary>The events of a streamed completion, in the words of the OpenAI API.</summary>
public static class Chunk
{
    /// <summary>The end of a stream.</summary>
    public const string Done = "[DONE]";

    /// <summary>The first event: who speaks, and nothing said yet.</summary>
    public static string Role => Of("""{"role":"assistant","content":""}""");

    /// <summary>The last event with a choice.</summary>
    public static string Stop => Of("{}", "stop");

    /// <summary>The whole stream of a good answer: the text <c>Hello, world</c>, 9 tokens in and 3 out.</summary>
    public static IReadOnlyList<string> Good => [Role, Text("Hello"), Text(", world"), Stop, Usage(9, 3), Done];

    /// <summary>A piece of text.</summary>
    public static string Text(string text) => Of(new JsonObject { ["content"] = text }.ToJsonString());

    /// <summary>The event with the usage, which has no choices.</summary>
    public static string Usage(int input, int output) =>
        Envelope("[]", $$$"""{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}},"total_tokens":{{{input + output}}}}""");

    /// <summary>An event with this delta.</summary>
    public static string Of(string delta, string? finishReason = null) =>
        Envelope($$$"""[{"index":0,"delta":{{{delta}}},"finish_reason":{{{(finishReason is null ? "null" : $"\"{finishReason}\"")}}}}]""");

    /// <summary>A whole completion, not streamed.</summary>
    public static string Whole(string message, string finishReason = "stop") =>
        $$$"""{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"tiny","choices":[{"index":0,"message":{{{message}}},"finish_reason":"{{{finishReason}}}"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";

    private static string Envelope(string choices, string? usage = null) =>
        $$$"""{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"tiny","choices":{{{choices}}}{{{(usage is null ? "" : $",\"usage\":{usage}")}}}}""";
}
