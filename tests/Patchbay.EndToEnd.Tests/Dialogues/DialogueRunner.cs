using System.Text.Json.Nodes;

namespace Patchbay.EndToEnd.Tests.Dialogues;

/// <summary>Plays the client of a dialogue against a real server.</summary>
internal sealed class DialogueRunner(Uri server) : IDisposable
{
    private readonly Dictionary<string, DialoguePeer> _peers = [];
    private readonly Names _names = new();

    /// <summary>Plays some steps.</summary>
    /// <exception cref="DialogueException">The server did not say what is awaited.</exception>
    public async Task PlayAsync(IEnumerable<JsonNode?> steps)
    {
        foreach (var step in steps)
            await PlayAsync(step!.AsObject());
    }

    public void Dispose()
    {
        foreach (var peer in _peers.Values)
            peer.Dispose();
    }

    private async Task PlayAsync(JsonObject step)
    {
        if ((string?)step["only"] == "client" || step.ContainsKey("user"))
            return;
        if (step["connect"] is JsonObject how)
            await ConnectAsync(step, how);
        else if (step["repeat"] is { } times)
            await PlayAsync(Enumerable.Repeat(step["steps"]!.AsArray(), times.GetValue<int>()).SelectMany(steps => steps));
        else if (step["fault"] is { } fault)
            await FaultAsync(step, fault.GetValue<string>());
        else if ((string?)step["from"] == "server")
            await HearAsync(step);
        else
            await SayAsync(step);
    }

    private async Task ConnectAsync(JsonObject step, JsonObject how)
    {
        var raw = await RawPeer.ConnectAsync(server);
        var key = (string?)how["key"] switch { "wrong" => "not-a-key-of-this-server", "none" => null, _ => TestServer.Key };
        var answer = await raw.HandshakeAsync(new Dictionary<string, string?> { ["X-API-Key"] = key, ["Sec-WebSocket-Protocol"] = "mcp.v2" });
        _peers[On(step)] = new DialoguePeer(raw);
        var status = step["status"]?.GetValue<int>() ?? 101;
        if (answer.Status != status || (step["body"] is { } body && !Matching.Matches(body, answer.Json, _names)))
            throw new DialogueException($"The handshake came to {answer.Status} {answer.Body}, awaited: {step.ToJsonString()}");
    }

    private async Task SayAsync(JsonObject step)
    {
        var peer = _peers[On(step)].Peer;
        if (step["message"] is { } message)
            await peer.SendTextAsync(Samples.Of(message, _names)!.ToJsonString());
        else if (step["any_order"] is JsonArray messages)
            foreach (var one in messages)
                await peer.SendTextAsync(Samples.Of(one, _names)!.ToJsonString());
        else if (step["text"] is { } text)
            await peer.SendTextAsync(text is JsonArray parts ? string.Concat(parts.Select(part => (string)Samples.Of(part, _names)!)) : text.GetValue<string>());
        else if (step["binary"] is { } binary)
            await peer.SendFrameAsync(0x82, Convert.FromHexString(binary.GetValue<string>()));
        else
            await peer.SendAsync(Convert.FromHexString(step["frames"]!.GetValue<string>()));
    }

    private async Task HearAsync(JsonObject step)
    {
        var peer = _peers[On(step)];
        var awaited = step["any_order"] is JsonArray several ? several.ToList() : [step["message"]];
        while (awaited.Count > 0)
        {
            var heard = await peer.PeekAsync();
            var index = heard.Message is null ? -1 : awaited.FindIndex(one => Matching.Matches(one, heard.Message, _names));
            if (index < 0 && IsOptional(step))
                return;
            if (index < 0)
                throw new DialogueException($"Came: {heard}\nawaited: {string.Join(" or ", awaited.Select(one => one!.ToJsonString()))}");
            peer.Take();
            awaited.RemoveAt(index);
        }
    }

    private async Task FaultAsync(JsonObject step, string fault)
    {
        switch (fault)
        {
            case "delay":
                await Task.Delay(TimeSpan.FromMilliseconds(step["ms"]!.GetValue<int>()), TimeProvider.System);
                return;
            case "cut":
                _peers[On(step)].Peer.Reset();
                return;
            case "fin":
                _peers[On(step)].Peer.FinishSending();
                return;
            case "close" when (string?)step["from"] == "client":
                await _peers[On(step)].Peer.SendCloseAsync(step["code"]!.GetValue<int>());
                return;
            case "close":
                var peer = _peers[On(step)];
                var heard = await peer.PeekAsync();
                var isAwaited = heard.Close is { } close && close.CloseCode == step["code"]!.GetValue<int>()
                    && (step["reason"] is not { } reason || Matching.Matches(reason, JsonValue.Create(close.CloseReason), _names));
                if (isAwaited)
                    peer.Take();
                else if (!IsOptional(step))
                    throw new DialogueException($"Came: {heard}\nawaited: {step.ToJsonString()}");
                return;
            default:
                throw new DialogueException($"There is no fault {fault}.");
        }
    }

    private static bool IsOptional(JsonObject step) => (bool?)step["optional"] == true;

    private static string On(JsonObject step) => (string?)step["on"] ?? "a";
}
