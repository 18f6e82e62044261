using System.Text.Json.Nodes;
using Patchbay.Client.Core;
using Patchbay.Client.Tests.Peers;

namespace Patchbay.Client.Tests.Core;

/// <summary>A core on the bench: manual time, fixed chance, and a peer that is this object. Time starts at 1,000 s.</summary>
internal sealed class CoreBench
{
    private readonly List<Output> _outputs = [];
    private int _ids;

    public CoreBench(Func<McpClientOptions, McpClientOptions>? change = null)
    {
        var options = new McpClientOptions { Uri = new Uri("ws://127.0.0.1:1/api/mcp/ws"), ApiKey = new string('k', 16) };
        Options = change is null ? options : change(options);
        Core = new ClientCore(Options, () => 0.5, () => DateTimeOffset.UnixEpoch);
    }

    public McpClientOptions Options { get; }

    public ClientCore Core { get; }

    public double Now { get; private set; } = 1000;

    public long Seq { get; set; }

    /// <summary>Every output since the last take.</summary>
    public List<Output> Take()
    {
        Core.TakeInto(_outputs);
        List<Output> taken = [.. _outputs];
        _outputs.Clear();
        return taken;
    }

    /// <summary>The messages sent since the last take, arrays as arrays; other outputs are kept.</summary>
    public List<JsonNode> Sent() => [.. Of(OutputKind.Send).Select(output =>
    {
        var message = JsonNode.Parse(output.Message.Bytes.Span)!;
        output.Message.Release();
        return message;
    })];

    /// <summary>The outputs of one kind; the others are kept.</summary>
    public List<Output> Of(OutputKind kind)
    {
        var taken = Take();
        _outputs.AddRange(taken.Where(output => output.Kind != kind));
        return [.. taken.Where(output => output.Kind == kind)];
    }

    /// <summary>Time passes, every timer at its due time.</summary>
    public void Elapse(double seconds)
    {
        var until = Now + seconds;
        while (Core.NextDeadline <= until)
        {
            Now = Math.Max(Now, Core.NextDeadline);
            Core.Tick(Now);
        }

        Now = until;
        Core.Tick(Now);
    }

    public void Text(string text) => Core.Text(System.Text.Encoding.UTF8.GetBytes(text), Now);

    /// <summary>One envelope from the server, with the next seq when told.</summary>
    public void Message(string type, JsonObject fields, bool numbered = true)
    {
        var prefix = type switch { "response" => "resp", "event" => "evt", "error" => "err", "diagnostic" => "diag", _ => "hb" };
        var message = new JsonObject { ["protocol_version"] = "2.0", ["message_type"] = type, ["message_id"] = $"{prefix}-s{++_ids}" };
        foreach (var (name, value) in fields)
            message[name] = value?.DeepClone();
        if (numbered)
            message["seq"] = ++Seq;
        Text(message.ToJsonString());
    }

    public void Answer(JsonNode request, JsonNode? result, bool numbered = true) =>
        Message("response", new JsonObject { ["request_id"] = (string)request["message_id"]!, ["result"] = result }, numbered);

    public void Refuse(JsonNode request, string code, JsonObject? details = null, bool numbered = true) => Message(
        "error", new JsonObject { ["request_id"] = (string)request["message_id"]!, ["error_code"] = code, ["error_message"] = "no", ["details"] = details ?? [] }, numbered);

    public void Chunk(JsonNode call, int index) =>
        Message("event", new JsonObject { ["event_type"] = "tool.chunk", ["data"] = new JsonObject { ["request_id"] = (string)call["message_id"]!, ["index"] = index, ["chunk"] = $"c{index}" } });

    public void Welcomed(JsonObject? changed = null)
    {
        Core.Opened(Now);
        Message("event", Welcome.Event(changed), numbered: false);
    }

    /// <summary>Opens, welcomes and answers the hello that follows.</summary>
    public void Hello(bool resumable = true, JsonObject? changed = null)
    {
        Welcomed(changed);
        var hello = Assert.Single(Sent());
        Assert.Equal("session/hello", (string?)hello["method"]);
        Seq = 0;
        var result = new JsonObject { ["session_id"] = "ses-1", ["client_id"] = "client-1" };
        if (resumable)
            (result["resume_token"], result["epoch"]) = ("t1", 1);
        Answer(hello, result, resumable);
    }

    public CoreBench Connect(bool resumable = true, JsonObject? changed = null)
    {
        Core.Connect(Now);
        Assert.Single(Of(OutputKind.Open));
        Hello(resumable, changed);
        Assert.Equal(McpConnectionState.Connected, Core.State);
        Take();
        return this;
    }

    /// <summary>The connection breaks, and the next attempt is made.</summary>
    public void Lose(int code = 1006)
    {
        Core.Closed(code, "", Now);
        for (var steps = 0; Of(OutputKind.Open).Count == 0; steps++)
        {
            Assert.True(steps < 1000 && !double.IsPositiveInfinity(Core.NextDeadline), "no attempt was made");
            Elapse(Core.NextDeadline - Now);
        }
    }

    /// <summary>Welcomes and answers the resume that follows.</summary>
    /// <returns>Its params.</returns>
    public JsonNode Resume(int replayed = 0, params string[] inFlight)
    {
        Welcomed();
        var resume = Assert.Single(Sent());
        Assert.Equal("session/resume", (string?)resume["method"]);
        Answer(
            resume,
            new JsonObject { ["resumed"] = true, ["resume_token"] = "t2", ["replayed"] = replayed, ["in_flight"] = new JsonArray([.. inFlight.Select(id => (JsonNode)id)]) },
            numbered: false);
        return resume["params"]!;
    }

    public long Call(string name = "debug/echo", McpCallOptions? how = null, int group = Outbox.Alone) =>
        Core.Request(Request.Call(Options, name, null, how ?? McpCallOptions.Default, group: group), Now);

    public long Ask(string method, object? parameters = null) => Core.Request(Request.Of(Options, method, parameters, McpCallOptions.Default), Now);

    /// <summary>Teaches the core one tool that may be repeated, <c>read</c>, and one that may not, <c>write</c>.</summary>
    public void Learn()
    {
        Ask("tools/list");
        Answer(Sent()[0], JsonNode.Parse("""{"tools":[{"name":"read","annotations":{"readOnlyHint":true}},{"name":"write","annotations":{}}]}"""));
        Take();
    }

    public List<(long Handle, string Code)> Fails() => [.. Of(OutputKind.Fail).Select(output => (output.Number, output.Error!.Code))];
}
