using System.Text.Json.Nodes;

namespace Patchbay.Client.Tests.Peers;

/// <summary>What a server says first.</summary>
internal static class Welcome
{
    public static JsonObject Data(JsonObject? changed = null)
    {
        var data = JsonNode.Parse("""
            {"client_id":"client-1","session_id":"ses-1","server":{"name":"patchbay","version":"0.1.0"},"protocol_versions":["2.0"],"heartbeat_interval_s":30,
             "limits":{"messages_per_minute":100,"max_message_bytes":262144,"max_batch":64,"max_in_flight":64},
             "capabilities":["tools","batching","streaming","resume","diagnostics","events"]}
            """)!.AsObject();
        foreach (var (name, value) in changed ?? [])
            data[name] = value?.DeepClone();
        return data;
    }

    public static JsonObject Event(JsonObject? changed = null) => new() { ["event_type"] = "welcome", ["source"] = "system", ["data"] = Data(changed) };
}
