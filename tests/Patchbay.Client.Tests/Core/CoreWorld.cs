using System.Text.Json.Nodes;
using Patchbay.Client.Core;
using Patchbay.Client.Tests.Peers;

namespace Patchbay.Client.Tests.Core;

/// <summary>A core and a peer that does anything a peer can do.</summary>
internal sealed class CoreWorld
{
    public static readonly string[] Steps =
    [
        "call", "ping", "cancel", "elapse", "close_code", "cut", "open", "refuse_open", "welcome", "answer", "error", "chunk", "copy", "hole", "drain", "junk", "user_close", "connect",
    ];

    private static readonly double[] Spans = [0.01, 0.3, 1, 2, 5, 10, 31, 60, 90, 200];
    private static readonly string[] Codes = ["RATE_LIMIT_EXCEEDED", "SERVER_OVERLOADED", "TOOL_TIMEOUT", "INTERNAL_ERROR", "INVALID_PARAMS", "METHOD_NOT_FOUND"];
    private static readonly int[] Closes = [1000, 1001, 1006, 1011, 1012, 4401, 4409, 4429, 4430, 1009];
    private static readonly int?[] Statuses = [null, 401, 429, 503, 500];
    private static readonly string[] Junk = ["", "[]", "[1]", "nul", """{"message_type":"response"}""", """{"message_type":[]}""", "\0", "1e999", """{"a":""", new('[', 5000)];

    private readonly List<JsonNode> _unanswered = [];
    private string _transport = "none";

    public CoreBench Bench { get; } = new();

    public List<long> Begun { get; } = [];

    public List<long> Ended { get; } = [];

    /// <summary>Takes the outputs and checks them in their order.</summary>
    public void Look()
    {
        foreach (var output in Bench.Take())
        {
            switch (output.Kind)
            {
                case OutputKind.Open:
                    Assert.Equal("none", _transport);
                    _transport = "opening";
                    break;
                case OutputKind.Drop:
                    Assert.NotEqual("none", _transport);
                    _transport = "none";
                    break;
                case OutputKind.Send:
                    Assert.Equal("open", _transport);
                    _unanswered.Add(JsonNode.Parse(output.Message.Bytes.Span)!);
                    output.Message.Release();
                    break;
                case OutputKind.Resolve or OutputKind.Fail:
                    Ended.Add(output.Number);
                    break;
            }
        }
    }

    public void Step(string name, int number)
    {
        switch (name)
        {
            case "call":
                Begun.Add(Bench.Call($"t{number % 3}", number == 5 ? new McpCallOptions { IdempotencyKey = "k" } : null));
                break;
            case "ping":
                Begun.Add(Bench.Ask("ping"));
                break;
            case "cancel":
                Bench.Core.Cancel(number, Bench.Now);
                break;
            case "elapse":
                Elapse(Spans[number]);
                break;
            case "connect":
                Bench.Core.Connect(Bench.Now);
                break;
            case "user_close":
                Bench.Core.Close(Bench.Now);
                break;
            case "open" when _transport == "opening":
                _transport = "open";
                Bench.Core.Opened(Bench.Now);
                break;
            case "refuse_open" when _transport == "opening":
                _transport = "none";
                Bench.Core.OpenFailed(Statuses[number % 5], null, "no", null, Bench.Now);
                break;
            case "close_code" or "cut" when _transport == "open":
                _transport = "none";
                Bench.Core.Closed(name == "cut" ? 1006 : Closes[number], "", Bench.Now);
                break;
            default:
                if (_transport == "open")
                    Peer(name, number);
                break;
        }

        Look();
    }

    private void Elapse(double seconds)
    {
        // In small parts, so that what comes out is seen in the order of time; a timer that never ends would never come to the end of it.
        for (var part = 0; part < 10; part++)
        {
            Bench.Elapse(seconds / 10);
            Look();
        }
    }

    private void Peer(string name, int number)
    {
        var isNumbered = Bench.Core.IsNumbered;
        var requests = _unanswered.Where(message => (string?)message["message_type"] == "request").ToArray();
        var request = requests.Length == 0 ? null : requests[number % requests.Length];
        switch (name)
        {
            case "welcome":
                Bench.Message("event", Welcome.Event(), numbered: false);
                break;
            case "answer" when request is not null:
                _unanswered.Remove(request);
                Answer(request, number, isNumbered);
                break;
            case "error" when request is not null:
                _unanswered.Remove(request);
                Bench.Refuse(request, Codes[number % Codes.Length], number % 2 == 1 ? new JsonObject { ["retry_after_ms"] = 100 * number } : null, isNumbered);
                break;
            case "chunk" when request is not null:
                var data = new JsonObject { ["request_id"] = (string?)requests[^1]["message_id"], ["index"] = number % 3, ["chunk"] = number };
                Bench.Message("event", new JsonObject { ["event_type"] = "tool.chunk", ["data"] = data }, isNumbered);
                break;
            case "copy" when isNumbered:
                Bench.Seq = Math.Max(0, Bench.Seq - 1);
                Bench.Message("event", new JsonObject { ["event_type"] = "note" });
                break;
            case "hole" when isNumbered:
                Bench.Seq += 3;
                Bench.Message("event", new JsonObject { ["event_type"] = "note" });
                break;
            case "drain":
                Bench.Message("event", new JsonObject { ["event_type"] = "server.draining", ["data"] = new JsonObject { ["reconnect_after_ms"] = 50 } }, isNumbered);
                break;
            case "junk":
                Bench.Text(Junk[number]);
                break;
        }
    }

    private void Answer(JsonNode request, int number, bool isNumbered)
    {
        switch ((string)request["method"]!)
        {
            case "session/hello":
                Bench.Seq = 0;
                var hello = new JsonObject { ["session_id"] = "s" };
                if (number % 2 == 1)
                    (hello["resume_token"], hello["epoch"]) = ("t", 1);
                Bench.Answer(request, hello, number % 2 == 1);
                break;
            case "session/resume":
                Bench.Seq = (long)request["params"]!["last_seq"]!;
                Bench.Answer(request, new JsonObject { ["resumed"] = number < 7, ["resume_token"] = "t2", ["replayed"] = number % 3, ["in_flight"] = new JsonArray(), ["reason"] = "gap" }, false);
                break;
            case "tools/list":
                var list = JsonNode.Parse("""{"tools":[{"name":"t0","annotations":{}},{"name":"t1","annotations":{"readOnlyHint":true}}]}""")!.AsObject();
                if (number == 9)
                    list["next_cursor"] = "x";
                Bench.Answer(request, list, isNumbered);
                break;
            default:
                Bench.Answer(request, number < 3 ? new JsonObject { ["chunks"] = number } : new JsonObject(), isNumbered);
                break;
        }
    }
}
