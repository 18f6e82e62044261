using System.Text;
using System.Text.Json;
using Patchbay.Tools.Models.Telemetry;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Chat;

/// <summary>What has come of an answer, from chunks or as a whole.</summary>
internal sealed class ChatAnswer(int maxChars)
{
    private const int MaxWordChars = 64;
    private const int MaxModelChars = 256;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly StringBuilder _refusal = new();
    private readonly ToolCallParts _calls = new();
    private int _chars;

    public string Text => _text.ToString();

    public string? Reasoning => _reasoning.Length == 0 ? null : _reasoning.ToString();

    public string? Refusal => _refusal.Length == 0 ? null : _refusal.ToString();

    public IReadOnlyList<ToolCall>? ToolCalls => _calls.ToCalls();

    public string? FinishReason { get; private set; }

    public string? Model { get; private set; }

    public TokenUsage? Usage { get; private set; }

    /// <summary>Whether any choice has come.</summary>
    public bool HasChoice { get; private set; }

    /// <summary>Whether anything of the answer itself has come: text, reasoning, a refusal, or part of a tool call.</summary>
    public bool HasOutput => _chars > 0;

    /// <summary>Takes a chunk or a whole completion.</summary>
    /// <returns>The text it adds; empty when it adds none.</returns>
    /// <exception cref="UpstreamException">It tells of an error, or is none.</exception>
    public string Take(JsonElement root, Redactor redactor)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            root = root[0];
        if (ProviderError.InAnswer(root, redactor) is { } fault)
            throw new UpstreamException(fault);
        if (root.ValueKind != JsonValueKind.Object)
            throw new UpstreamException(UpstreamFault.Invalid("sent an answer that is no JSON object.", redactor.Clean(root.GetRawText())));
        Model ??= redactor.Clean(JsonText.String(root, "model"), MaxModelChars);
        if (root.TryGetProperty("usage", out var usage))
            Usage = UsageReader.Read(usage) ?? Usage;
        // The chunk with the usage has no choices; neither has one that only tells of filters.
        if (!root.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() == 0)
            return "";
        return TakeChoice(choices[0], redactor);
    }

    private string TakeChoice(JsonElement choice, Redactor redactor)
    {
        // A second answer was not asked for and is not mixed into the first.
        if (choice.ValueKind != JsonValueKind.Object || JsonText.Count(choice, "index") > 0)
            return "";
        HasChoice = true;
        var text = "";
        if ((choice.TryGetProperty("delta", out var part) || choice.TryGetProperty("message", out part)) && part.ValueKind == JsonValueKind.Object)
        {
            text = Content(part);
            Add(_text, text);
            Add(_reasoning, First(part, "reasoning_content", "reasoning"));
            Add(_refusal, First(part, "refusal"));
            if (part.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
                Count(_calls.Take(calls));
        }

        if (First(choice, "finish_reason") is { Length: > 0 } reason)
            FinishReason = redactor.Clean(reason, MaxWordChars);
        return text;
    }

    // A string, or parts of which those of type text are the answer.
    private static string Content(JsonElement part)
    {
        if (!part.TryGetProperty("content", out var content))
            return "";
        if (content.ValueKind == JsonValueKind.String)
            return StringOf(content);
        if (content.ValueKind != JsonValueKind.Array)
            return "";
        var text = new StringBuilder();
        foreach (var piece in content.EnumerateArray())
        {
            if (JsonText.String(piece, "type") == "text")
                text.Append(First(piece, "text"));
        }

        return text.ToString();
    }

    private static string First(JsonElement parent, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && StringOf(member) is { Length: > 0 } text)
                return text;
        }

        return "";
    }

    private static string StringOf(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new UpstreamException(UpstreamFault.Invalid("sent text that is no Unicode: half of a surrogate pair."));
        }
    }

    private void Add(StringBuilder to, string text)
    {
        Count(text.Length);
        to.Append(text);
    }

    private void Count(int chars)
    {
        _chars += chars;
        if (_chars > maxChars)
            throw new UpstreamException(UpstreamFault.TooLarge("wrote an answer of more characters", maxChars, "Patchbay:Models:MaxAnswerChars"));
    }
}
