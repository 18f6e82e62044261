using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Patchbay.EndToEnd.Tests.Crash;

/// <summary>Calls <c>debug/append</c> without end over one resumable session, and comes back whenever its connection breaks.</summary>
/// <param name="url">Where it connects to, before and after every restart.</param>
/// <param name="name">What its lines begin with.</param>
/// <param name="seed">Chooses how long its calls take.</param>
/// <param name="history">Where it notes what it asked and was told.</param>
/// <param name="serverIsUp">Completes when there is a server to connect to.</param>
internal sealed class AppendClient(Uri url, string name, int seed, AppendHistory history, Func<Task> serverIsUp)
{
    private const int InFlight = 4;
    private const int AckEvery = 8;

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, (string Line, string Text)> _waiting = [];
    private volatile bool _isEnough;
    private string? _session;
    private string? _token;
    private long _epoch;
    private long _lastSeq;
    private int _number;

    /// <summary>How often the session went on over another connection.</summary>
    public int Resumes { get; private set; }

    /// <summary>Asks for nothing new; ends when everything is answered.</summary>
    public void Finish() => _isEnough = true;

    /// <summary>Runs until <see cref="Finish"/> and the last answer.</summary>
    public async Task RunAsync()
    {
        while (!_isEnough || _waiting.Count > 0)
        {
            await serverIsUp().Bounded();
            try
            {
                using var peer = await RawPeer.ConnectAsync(url);
                await ServeAsync(peer);
            }
            catch (Exception fault) when (fault is IOException or SocketException or InvalidOperationException)
            {
                // The connection was lost: that is what this is about.
            }
        }
    }

    private async Task ServeAsync(RawPeer peer)
    {
        if ((await peer.HandshakeAsync()).Status != 101)
            return;
        await peer.ReadMessageAsync();
        if (_session is null ? !await HelloAsync(peer) : !await ResumeAsync(peer))
            return;
        while (true)
        {
            while (!_isEnough && _waiting.Count < InFlight)
                await AskAsync(peer);
            if (_waiting.Count == 0)
                return;
            Take(await peer.ReadMessageAsync());
            if (_lastSeq % AckEvery == 0)
                await peer.SendTextAsync($$"""{"protocol_version":"2.0","message_type":"event","message_id":"evt-{{_lastSeq}}","event_type":"ack","data":{"seq":{{_lastSeq}} } }""");
        }
    }

    private async Task<bool> HelloAsync(RawPeer peer)
    {
        await peer.SendTextAsync(Request("req-hello", "session/hello", """{"client":{"name":"append","version":"1"},"resumable":true}"""));
        var answer = await peer.ReadMessageAsync();
        var result = answer["result"]!.AsObject();
        (_session, _token, _epoch, _lastSeq) = ((string)result["session_id"]!, (string)result["resume_token"]!, (long)result["epoch"]!, 1);
        return true;
    }

    private async Task<bool> ResumeAsync(RawPeer peer)
    {
        await peer.SendTextAsync(Request(
            "req-resume", "session/resume", $$"""{"session_id":"{{_session}}","resume_token":"{{_token}}","epoch":{{_epoch}},"last_seq":{{_lastSeq}}}"""));
        var result = (await peer.ReadMessageAsync())["result"]!.AsObject();
        if (!(bool)result["resumed"]!)
        {
            history.Fault($"{name} was refused: {result["reason"]}");
            _waiting.Clear();
            _isEnough = true;
            return false;
        }

        Resumes++;
        _token = (string)result["resume_token"]!;
        var inFlight = result["in_flight"]!.AsArray().Select(id => (string)id!).ToHashSet();
        // What the server may never have got is asked for again; what it has got it does not do again.
        foreach (var (id, call) in _waiting.ToArray())
        {
            if (!inFlight.Contains(id))
                await peer.SendTextAsync(call.Text);
        }

        return true;
    }

    private Task AskAsync(RawPeer peer)
    {
        var id = $"req-{++_number}";
        var line = $"{name}-{_number}";
        var text = Request(id, "tools/call", $$"""{"name":"debug/append","arguments":{"line":"{{line}}","ms":{{_random.Next(3) * _random.Next(10)}} } }""");
        _waiting.Add(id, (line, text));
        history.Asked(line);
        return peer.SendTextAsync(text);
    }

    private void Take(JsonObject message)
    {
        if (message["seq"] is null)
            return;
        var seq = (long)message["seq"]!;
        if (seq != _lastSeq + 1)
            history.Fault($"{name} got {seq} after {_lastSeq}");
        _lastSeq = seq;
        var id = (string?)message["request_id"];
        if (id is null || !_waiting.TryGetValue(id, out var call))
            return;
        if ((bool?)message["result"]?["appended"] == true)
            history.Appended(call.Line);
        else if ((string?)message["error_code"] == "EXECUTION_INTERRUPTED" && (string?)message["details"]!["outcome"] == "unknown")
            history.OutcomeUnknown(call.Line);
        else
            history.Fault($"{call.Line} was answered {message.ToJsonString()}");
        _waiting.Remove(id);
    }

    private static string Request(string id, string method, string parameters) =>
        Servers.Peers.Envelope("request", id, $",\"method\":\"{method}\",\"params\":{parameters}");
}
