using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Sessions;

/// <summary>What a client knows of its session.</summary>
internal sealed record OpenSession(string SessionId, string ClientId, string Token, long Epoch);

/// <summary>What tests of resumable sessions do with a raw peer, in envelopes.</summary>
internal static class ResumablePeer
{
    /// <summary>Connects and says hello.</summary>
    public static async Task<(RawPeer Peer, OpenSession Session)> OpenSessionAsync(this TestServer server)
    {
        var peer = await RawPeer.OpenAsync(server.Url);
        await peer.SendTextAsync(Request("req-hello", "session/hello", """{"client":{"name":"test","version":"1"},"resumable":true}"""));
        var result = (await peer.ReadMessageAsync())["result"]!;
        return (peer, new OpenSession((string)result["session_id"]!, (string)result["client_id"]!, (string)result["resume_token"]!, (long)result["epoch"]!));
    }

    /// <summary>Connects and asks to go on; the answer is given.</summary>
    public static async Task<(RawPeer Peer, JsonObject Result)> ResumeAsync(this TestServer server, OpenSession session, long lastSeq)
    {
        var peer = await RawPeer.OpenAsync(server.Url);
        await peer.SendTextAsync(ResumeText(session, lastSeq));
        return (peer, (await peer.ReadMessageAsync())["result"]!.AsObject());
    }

    /// <summary>Connects, asks to go on, and gives the reason it is refused for; null when it is not.</summary>
    public static async Task<string?> ReasonAsync(this TestServer server, OpenSession session, long lastSeq)
    {
        var (peer, result) = await server.ResumeAsync(session, lastSeq);
        peer.Dispose();
        return (string?)result["reason"];
    }

    /// <summary>Breaks the connection, and waits until the server has seen it.</summary>
    public static async Task LoseAsync(this TestServer server, RawPeer peer)
    {
        peer.Reset();
        await Patience.UntilAsync(() => server.Connections == 0, "The connection is gone.");
    }

    public static string ResumeText(OpenSession session, long lastSeq) => Request(
        "req-resume", "session/resume", $$"""{"session_id":"{{session.SessionId}}","resume_token":"{{session.Token}}","epoch":{{session.Epoch}},"last_seq":{{lastSeq}}}""");

    public static string Request(string id, string method, string parameters, string more = "") =>
        Peers.Envelope("request", id, $",\"method\":\"{method}\",\"params\":{parameters}{more}");

    public static Task CallAsync(this RawPeer peer, string id, string tool, string arguments = "{}", string? key = null, string more = "") => peer.SendTextAsync(Request(
        id, "tools/call", $$"""{"name":"{{tool}}","arguments":{{arguments}}{{more}}}""", key is null ? "" : $$""","context":{"idempotency_key":"{{key}}"}"""));

    public static Task AckAsync(this RawPeer peer, long seq) =>
        peer.SendTextAsync(Peers.Envelope("event", $"evt-{seq}", $$""","event_type":"ack","data":{"seq":{{seq}}}"""));

    /// <summary>Reads up to the answer to a request.</summary>
    public static async Task<JsonObject> AnswerAsync(this RawPeer peer, string id)
    {
        while (true)
        {
            var message = await peer.ReadMessageAsync();
            if ((string?)message["request_id"] == id)
                return message;
        }
    }
}
