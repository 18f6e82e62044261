using System.Text.Json.Nodes;

namespace Patchbay.EndToEnd.Tests.Dialogues;

/// <summary>The values that are bound so far, and the ids given out.</summary>
internal sealed class Names
{
    private int _count;

    /// <summary>What is bound.</summary>
    public Dictionary<string, JsonNode> Bound { get; private set; } = [];

    public string Fresh(string prefix) => $"{prefix}{++_count}";

    public JsonNode Of(string name) => Bound.TryGetValue(name, out var value) ? value : throw new DialogueException($"{name} is not bound.");

    /// <summary>Keeps what an attempt binds only when it succeeds.</summary>
    public bool Try(Func<bool> attempt)
    {
        var before = new Dictionary<string, JsonNode>(Bound);
        if (attempt())
            return true;
        Bound = before;
        return false;
    }

    /// <summary>What ids of a message of a type begin with.</summary>
    public static string PrefixOf(JsonObject message) => (message["message_type"] is JsonValue type && type.TryGetValue<string>(out var name) ? name : "") switch
    {
        "request" => "req-",
        "response" => "resp-",
        "event" => "evt-",
        "error" => "err-",
        "diagnostic" => "diag-",
        "heartbeat" => "hb-",
        _ => "",
    };
}

/// <summary>The server has not said what the dialogue awaits, or the dialogue says what the runner does not know.</summary>
internal sealed class DialogueException(string message) : Exception(message);
