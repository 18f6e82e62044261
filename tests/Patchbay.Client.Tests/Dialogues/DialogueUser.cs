using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Patchbay.Protocol.Envelope;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Dialogues;

/// <summary>The user of a client: does what a dialogue says, and looks at what there is to see.</summary>
internal sealed class DialogueUser
{
    private readonly McpClient _client;
    private readonly Names _names;
    private readonly Dictionary<string, Started> _started = [];
    private readonly Channel<McpEvent> _events = Channel.CreateBounded<McpEvent>(10_000);
    private readonly Channel<McpDiagnostic> _diagnostics = Channel.CreateBounded<McpDiagnostic>(10_000);

    public DialogueUser(McpClient client, Names names)
    {
        _client = client;
        _names = names;
        client.EventReceived += (_, received) => _events.Writer.TryWrite(received);
        client.DiagnosticReceived += (_, diagnostic) => _diagnostics.Writer.TryWrite(diagnostic);
    }

    public async Task DoAsync(string what, JsonObject step)
    {
        var of = (string?)step["of"] ?? "";
        switch (what)
        {
            case "connect":
                Start("", async _ =>
                {
                    await _client.ConnectAsync();
                    return null;
                });
                break;
            case "request":
                Start(Name(step), async started => ToNode(await _client.RequestAsync((string)step["method"]!, step["params"], null, started.Cancel.Token)));
                break;
            case "subscribe":
                Start(Name(step), async _ => new JsonArray([.. (await _client.SubscribeAsync(step["event_types"]!.AsArray().Select(type => (string)type!))).Select(type => (JsonNode)type)]));
                break;
            case "call":
                Start(Name(step), started => CallAsync(step, started));
                break;
            case "cancel":
                await _started[of].Cancel.CancelAsync();
                break;
            case "close":
                await _client.CloseAsync().Bounded();
                break;
            case "result":
                var result = await _started[of].Task.Bounded();
                if (step.ContainsKey("value"))
                    _names.Match(step["value"], result);
                break;
            case "error":
                await ErrorAsync(of, (string)step["code"]!);
                break;
            case "chunk":
                _names.Match(step["value"], await _started[of].Chunks.Reader.ReadAsync().AsTask().Bounded());
                break;
            case "progress":
                _names.Match(step["value"], await _started[of].Progress.Reader.ReadAsync().AsTask().Bounded());
                break;
            case "event":
                var received = await _events.Reader.ReadAsync().AsTask().Bounded();
                Assert.Equal((string)step["event_type"]!, received.EventType);
                _names.Match(step["data"] ?? "$any", ToNode(received.Data));
                break;
            case "diagnostic":
                await DiagnosticAsync(step["value"]!);
                break;
            case "state":
                await Patience.UntilAsync(() => string.Equals(_client.State.ToString(), (string)step["is"]!, StringComparison.OrdinalIgnoreCase), $"the state {step["is"]} (it is {_client.State})");
                break;
            case "report":
                _names.Match(step["value"], _client.GetDiagnostics());
                break;
            default:
                throw new InvalidOperationException("a user step this runner does not know");
        }
    }

    private async Task<JsonNode?> CallAsync(JsonObject step, Started started)
    {
        var options = new McpCallOptions
        {
            Timeout = step["timeout_ms"] is { } ms ? TimeSpan.FromMilliseconds((double)ms) : null,
            OnProgress = made => started.Progress.Writer.TryWrite(Present(made)),
        };
        if ((bool?)step["stream"] != true)
            return ToNode(await _client.CallToolAsync((string)step["name"]!, step["arguments"], options, started.Cancel.Token));
        var stream = _client.StreamToolAsync((string)step["name"]!, step["arguments"], options, started.Cancel.Token);
        var index = 0;
        await foreach (var chunk in stream)
            started.Chunks.Writer.TryWrite(new JsonObject { ["index"] = index++, ["chunk"] = ToNode(chunk) });
        return ToNode(stream.Result!.Value);
    }

    private async Task ErrorAsync(string of, string wanted)
    {
        try
        {
            var result = await _started[of].Task.Bounded();
            throw new MismatchException($"it ended well: {result?.ToJsonString()}");
        }
        catch (OperationCanceledException)
        {
            // The language's way of saying it.
            Assert.Equal("REQUEST_CANCELLED", wanted);
        }
        catch (McpException error)
        {
            Assert.Equal(wanted, error.Code);
        }
    }

    private async Task DiagnosticAsync(JsonNode wanted)
    {
        while (true)
        {
            var diagnostic = await _diagnostics.Reader.ReadAsync().AsTask().Bounded();
            var told = new JsonObject
            {
                ["level"] = EnvelopeWriter.LevelName(diagnostic.Level),
                ["component"] = diagnostic.Component,
                ["message"] = diagnostic.Message,
                ["details"] = diagnostic.Details.DeepClone(),
                ["metrics"] = diagnostic.Metrics.DeepClone(),
            };
            if (diagnostic.Component == "client" && !_names.Matches(wanted, told))
                continue;
            _names.Match(wanted, told);
            return;
        }
    }

    private void Start(string name, Func<Started, Task<JsonNode?>> run)
    {
        var started = new Started();
        _started[name] = started;
        started.Task = run(started);
    }

    private static JsonObject Present(McpProgress made)
    {
        var told = new JsonObject { ["progress"] = made.Progress };
        if (made.Total is { } total)
            told["total"] = total;
        if (made.Message is { } message)
            told["message"] = message;
        return told;
    }

    private static string Name(JsonObject step) => (string)step["as"]!;

    private static JsonNode? ToNode(JsonElement value) => JsonNode.Parse(value.GetRawText());

    private sealed class Started
    {
        public CancellationTokenSource Cancel { get; } = new();

        public Channel<JsonObject> Chunks { get; } = Channel.CreateBounded<JsonObject>(10_000);

        public Channel<JsonObject> Progress { get; } = Channel.CreateBounded<JsonObject>(10_000);

        public Task<JsonNode?> Task { get; set; } = null!;
    }
}
