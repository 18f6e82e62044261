using System.Text.Json;

namespace Patchbay.Client.Core;

/// <summary>What is known of the tools: whether a call may be repeated. Learned from every <c>tools/list</c> answer that passes by.</summary>
internal sealed class Catalog
{
    private readonly Dictionary<string, bool> _repeatable = [];

    /// <summary>Whether every page was seen: a tool that is not known then does not exist.</summary>
    public bool Complete { get; set; }

    /// <summary>Takes one page and returns the cursor of the next, or null after the last.</summary>
    public string? Learn(JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.Object)
            return null;
        if (result.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array)
        {
            foreach (var tool in tools.EnumerateArray())
            {
                if (Json.Text(tool, "name") is { } name)
                    _repeatable[name] = Json.Part(tool, "annotations") is { } hints && (Json.IsTrue(hints, "readOnlyHint") || Json.IsTrue(hints, "idempotentHint"));
            }
        }

        return Json.Text(result, "next_cursor");
    }

    public void Forget()
    {
        _repeatable.Clear();
        Complete = false;
    }

    /// <summary>Null when it is not known yet.</summary>
    public bool? Repeatable(string tool) => _repeatable.TryGetValue(tool, out var found) ? found : Complete ? false : null;
}
