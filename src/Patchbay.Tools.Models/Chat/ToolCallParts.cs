using System.Text;
using System.Text.Json;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Chat;

/// <summary>Joins the fragments of tool calls: name and id come once, the arguments in pieces that are JSON only when they are all there.</summary>
internal sealed class ToolCallParts
{
    private const int MaxCalls = 256;
    private const int MaxNameChars = 256;

    private readonly List<Part> _parts = [];

    /// <summary>Takes the <c>tool_calls</c> of a chunk, or of a whole message.</summary>
    /// <returns>How many characters came.</returns>
    public int Take(JsonElement calls)
    {
        var chars = 0;
        foreach (var call in calls.EnumerateArray())
        {
            if (call.ValueKind != JsonValueKind.Object)
                continue;
            var part = PartOf(call);
            part.Id ??= Bounded(JsonText.String(call, "id"));
            if (!call.TryGetProperty("function", out var function) || function.ValueKind != JsonValueKind.Object)
                continue;
            var name = JsonText.String(function, "name") ?? "";
            if (part.Name.Length == 0)
                part.Name = Bounded(name)!;
            // Some servers send the arguments as an object, whole.
            var arguments = JsonText.Of(function, "arguments") ?? "";
            part.Arguments.Append(arguments);
            chars += name.Length + arguments.Length;
        }

        return chars;
    }

    /// <summary>The calls; null when there are none.</summary>
    public IReadOnlyList<ToolCall>? ToCalls()
    {
        if (_parts.Count == 0)
            return null;
        return [.. _parts.OrderBy(part => part.Index).Select(part => new ToolCall(part.Id, part.Name, part.Arguments.ToString(), Parse(part.Arguments)))];
    }

    // By index; where a server gives none, a new id or a new name begins the next call.
    private Part PartOf(JsonElement call)
    {
        var index = JsonText.Count(call, "index");
        var id = JsonText.String(call, "id");
        var known = index is not null ? _parts.Find(part => part.Index == index) : _parts is [.., var last] && !Begins(call, id, last) ? last : null;
        if (known is not null)
            return known;
        if (_parts.Count == MaxCalls)
            throw new UpstreamException(UpstreamFault.Invalid($"asked for more than {MaxCalls} calls of tools."));
        var next = new Part { Index = index ?? (_parts.Count == 0 ? 0 : _parts.Max(part => part.Index) + 1) };
        _parts.Add(next);
        return next;
    }

    private static bool Begins(JsonElement call, string? id, Part last)
    {
        if (!string.IsNullOrEmpty(id))
            return id != last.Id;
        return call.TryGetProperty("function", out var function) && !string.IsNullOrEmpty(JsonText.String(function, "name"));
    }

    private static string? Bounded(string? text) => text is { Length: > MaxNameChars } ? text[..MaxNameChars] : text;

    private static JsonElement? Parse(StringBuilder arguments)
    {
        if (arguments.Length == 0)
            return JsonElement.Parse("{}");
        try
        {
            return JsonElement.Parse(arguments.ToString());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed class Part
    {
        public long Index { get; init; }

        public string? Id { get; set; }

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();
    }
}
