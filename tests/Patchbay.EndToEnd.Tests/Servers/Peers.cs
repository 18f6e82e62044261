using System.Text.Json.Nodes;

namespace Patchbay.EndToEnd.Tests.Servers;

/// <summary>What tests do with a raw peer.</summary>
internal static class Peers
{
    private static int _number;

    /// <summary>Connects with a key; the welcome has been read.</summary>
    public static async Task<RawPeer> OpenAsync(this ServerProcess server, string key = TestServer.Key) => (await server.OpenWithWelcomeAsync(key)).Peer;

    /// <summary>Connects with a key.</summary>
    public static async Task<(RawPeer Peer, JsonObject Welcome)> OpenWithWelcomeAsync(this ServerProcess server, string key)
    {
        var peer = await RawPeer.ConnectAsync(server.Url);
        var answer = await peer.HandshakeAsync(new Dictionary<string, string?> { ["X-API-Key"] = key });
        Assert.Equal(101, answer.Status);
        return (peer, await peer.ReadMessageAsync());
    }

    /// <summary>An envelope.</summary>
    public static string Envelope(string type, string id, string more) =>
        $$"""{"protocol_version":"2.0","message_type":"{{type}}","message_id":"{{id}}"{{more}}}""";

    /// <summary>Sends a compact request and gives its answer; what comes before it is passed over.</summary>
    public static async Task<JsonObject> AskAsync(this RawPeer peer, string method, string parameters = "{}")
    {
        var id = $"ask{Interlocked.Increment(ref _number)}";
        await peer.SendTextAsync($$"""{"id":"{{id}}","method":"{{method}}","params":{{parameters}}}""");
        while (true)
        {
            var message = await peer.ReadMessageAsync();
            if ((string?)message["id"] == id)
                return message.Kept();
        }
    }

    /// <summary>Calls a tool.</summary>
    public static Task<JsonObject> CallAsync(this RawPeer peer, string tool, string arguments = "{}") =>
        peer.AskAsync("tools/call", $$"""{"name":"{{tool}}","arguments":{{arguments}}}""");

    /// <summary>The error code of an answer of either dialect; null when it is none.</summary>
    public static string? ErrorCode(this JsonObject message) => (string?)message["error_code"] ?? (string?)message["error"]?["code"];

    /// <summary>The details of an error of either dialect.</summary>
    public static JsonObject Details(this JsonObject message) => (message["details"] ?? message["error"]!["details"])!.AsObject();

    /// <summary>Keeps an answer as evidence, unless giving out a token is its purpose.</summary>
    public static JsonObject Kept(this JsonObject message)
    {
        if (message["result"] is JsonObject result && (string?)result["resume_token"] is { } token)
            Evidence.Secret(token, "a resume token");
        else
            Evidence.Keep("an answer", message.ToJsonString());
        return message;
    }
}
