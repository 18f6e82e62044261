using System.Text.Json.Nodes;
using Patchbay.Client.Tests.Peers;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Dialogues;

/// <summary>Plays the server and the user of a dialogue against <see cref="McpClient"/>, over real sockets in manual time.</summary>
internal sealed class DialogueRunner : IAsyncDisposable
{
    private readonly ScriptedPeer _peer = new();
    private readonly ManualTime _time = new();
    private readonly Names _names = new();
    private readonly Dictionary<string, PeerConnection> _connections = [];
    private readonly Dictionary<string, List<JsonObject?>> _pushedBack = [];
    private readonly DialogueUser _user;
    private readonly JsonArray _steps;
    private PeerConnection? _newest;
    private int _triedAtLoss;

    public DialogueRunner(JsonObject dialogue, JsonObject openings)
    {
        _steps = [.. openings[(string)dialogue["opening"]!]!.AsArray().Concat(dialogue["steps"]!.AsArray()).Select(step => step!.DeepClone())];
        var options = dialogue["options"] as JsonObject;
        // Seeded, so that the first attempt to come back is made within 0.5 s every time alike.
        Client = new McpClient(
            new McpClientOptions
            {
                Uri = _peer.Uri,
                ApiKey = new string('k', 16),
                Retry = false,
                TimeProvider = _time,
                Resumable = (bool?)options?["resumable"] ?? false,
                Reconnect = (bool?)options?["reconnect"] ?? true,
            },
            new Random(1).NextDouble);
        _user = new DialogueUser(Client, _names);
    }

    private McpClient Client { get; }

    public Task PlayAsync() => PlayAsync(_steps, "");

    public async ValueTask DisposeAsync()
    {
        await Client.CloseAsync().Bounded();
        await _peer.DisposeAsync();
    }

    private async Task PlayAsync(JsonArray steps, string at)
    {
        for (var number = 1; number <= steps.Count; number++)
        {
            var step = steps[number - 1]!.AsObject();
            if ((string?)step["only"] == "server")
                continue;
            if (step["repeat"] is { } times)
            {
                for (var turn = 1; turn <= (int)times; turn++)
                    await PlayAsync(step["steps"]!.AsArray(), $"{at}{number}.{turn}.");
                continue;
            }

            try
            {
                await StepAsync(step);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"step {at}{number} {step.ToJsonString()}: {fault.Message}", fault);
            }
        }
    }

    private async Task StepAsync(JsonObject step)
    {
        var on = (string?)step["on"] ?? "a";
        if (step.ContainsKey("connect"))
        {
            await ConnectAsync(step, on);
        }
        else if (step["user"] is { } what)
        {
            var tried = (string)what! == "state" && step.ContainsKey("attempts") ? _peer.Tried - _triedAtLoss : 0;
            await _user.DoAsync((string)what!, step);
            if (step["attempts"] is { } attempts)
                Assert.Equal((int)attempts, tried);
        }
        else if (step["fault"] is { } fault)
        {
            await FaultAsync((string)fault!, step, on);
        }
        else if ((string)step["from"]! == "client")
        {
            var others = step["any_order"] as JsonArray;
            foreach (var wanted in others ?? [step["message"]!.DeepClone()])
                await ExpectAsync(on, wanted!, (bool?)step["optional"] ?? false, others);
        }
        else
        {
            foreach (var message in step["any_order"] as JsonArray ?? [step["message"]!.DeepClone()])
                await _connections[on].SendAsync(_names.Sample(message)!);
        }
    }

    private async Task FaultAsync(string fault, JsonObject step, string on)
    {
        switch (fault)
        {
            case "cut":
                await LoseAsync(on, connection =>
                {
                    connection.Cut();
                    return Task.CompletedTask;
                });
                break;
            case "delay":
                await SettleAsync();
                _time.Advance(TimeSpan.FromMilliseconds((double)step["ms"]!));
                break;
            case "close" when (string)step["from"]! == "server":
                await LoseAsync(on, connection => connection.CloseAsync((int)step["code"]!, (string?)_names.Sample(step["reason"]) ?? ""));
                break;
            case "close":
                await ClosedAsync(on, (int?)step["code"], (bool?)step["optional"] ?? false);
                break;
            default:
                throw new InvalidOperationException("a step this runner does not know");
        }
    }

    private async Task ConnectAsync(JsonObject step, string on)
    {
        var attempt = await _peer.AttemptAsync();
        if (step["status"] is { } status)
        {
            var before = Attempts();
            await attempt.RefuseAsync((int)status, _names.Sample(step["body"]) ?? new JsonObject());
            await LostAsync(before);
        }
        else
        {
            _connections[on] = _newest = await attempt.AcceptAsync();
        }
    }

    // What the client has to notice before time goes on, or it would count from a later time than the dialogue means.
    private async Task LoseAsync(string on, Func<PeerConnection, Task> lose)
    {
        var connection = _connections[on];
        await SettleAsync();
        _triedAtLoss = _peer.Tried;
        var before = Attempts();
        var isLive = ReferenceEquals(connection, _newest) && !connection.Closed.IsCompleted && Client.State != McpConnectionState.Closed;
        await lose(connection);
        if (isLive)
            await LostAsync(before);
    }

    private Task LostAsync(int before) =>
        Patience.UntilAsync(() => Client.State == McpConnectionState.Closed || Attempts() > before, "the client notices the loss");

    private int Attempts() => (int)Client.GetDiagnostics()["connection"]!["reconnect_attempts"]!;

    // All that was sent to the client has been dealt with.
    private Task SettleAsync()
    {
        var sent = _connections.Values.Sum(connection => connection.Sent);
        return Patience.UntilAsync(
            () => (int)Client.GetDiagnostics()["message_counts"]!["received"]! >= sent || _newest!.Closed.IsCompleted, "the client has read everything");
    }

    private async Task<JsonObject?> NextAsync(string on)
    {
        if (_pushedBack.TryGetValue(on, out var kept) && kept.Count > 0)
        {
            var first = kept[0];
            kept.RemoveAt(0);
            return first;
        }

        return await _connections[on].NextAsync();
    }

    private void PushBack(string on, JsonObject? message)
    {
        if (!_pushedBack.TryGetValue(on, out var kept))
            _pushedBack[on] = kept = [];
        kept.Insert(0, message);
    }

    private async Task ExpectAsync(string on, JsonNode wanted, bool optional, JsonArray? others)
    {
        if (wanted is JsonArray elements)
        {
            foreach (var element in elements)
                await ExpectAsync(on, element!, optional: false, others: null);
            return;
        }

        while (true)
        {
            var message = await NextAsync(on);
            if (message is not null && (others ?? [wanted.DeepClone()]).Any(other => _names.Matches(other, message)))
                return;
            if (message is not null && PeerConnection.IsQuiet(message))
                continue;
            if (optional)
            {
                PushBack(on, message);
                return;
            }

            Assert.NotNull(message);
            _names.Match(wanted, message);
        }
    }

    private async Task ClosedAsync(string on, int? code, bool optional)
    {
        while (await NextAsync(on) is { } message)
        {
            if (PeerConnection.IsQuiet(message))
                continue;
            if (!optional)
                throw new MismatchException($"not a Close: {message.ToJsonString()}");
            PushBack(on, message);
            return;
        }

        var closed = await _connections[on].Closed.Bounded();
        if (code is not null)
            Assert.Equal(code, closed.Code);
    }
}
