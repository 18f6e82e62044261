using System.Text.Json.Nodes;
using Patchbay.Client.Core;

namespace Patchbay.Client.Tests.Core;

/// <summary>Time, places in flight, batches, streams, retries.</summary>
public class RequestTests
{
    [Fact]
    public void A_call_carries_its_timeout_and_the_client_waits_a_second_longer()
    {
        var bench = new CoreBench(options => options with { Retry = false }).Connect();
        var call = bench.Call("write", new McpCallOptions { Timeout = TimeSpan.FromSeconds(2) });
        Assert.Equal(2000, (int)Assert.Single(bench.Sent())["params"]!["timeout_ms"]!);

        bench.Elapse(2.9);
        Assert.Empty(bench.Fails());
        bench.Elapse(0.2);

        Assert.Equal([(call, "TOOL_TIMEOUT")], bench.Fails());
        Assert.Equal("requests/cancel", (string?)Assert.Single(bench.Sent(), message => (string?)message["message_type"] == "request")["method"]);
    }

    [Fact]
    public void Calls_over_the_places_in_flight_wait_and_other_methods_pass()
    {
        var bench = new CoreBench().Connect(changed: JsonNode.Parse("""{"limits":{"messages_per_minute":1000,"max_in_flight":2}}""")!.AsObject());
        bench.Call("a");
        bench.Call("b");
        bench.Call("c");
        bench.Ask("ping");
        var sent = bench.Sent();
        Assert.Equal(["tools/call", "tools/call", "ping"], sent.Select(message => (string?)message["method"]));

        bench.Answer(sent[0], new JsonObject());

        Assert.Equal("c", (string?)Assert.Single(bench.Sent())["params"]!["name"]);
    }

    [Fact]
    public void Requests_of_one_group_leave_as_one_array_within_the_limits()
    {
        var bench = new CoreBench().Connect(changed: JsonNode.Parse("""{"limits":{"messages_per_minute":1000,"max_batch":3}}""")!.AsObject());
        for (var i = 0; i < 7; i++)
            bench.Call($"t{i}", group: 1);

        // 3, 3 and 1, which stands alone.
        var sent = bench.Sent();
        Assert.Equal([3, 3], sent.OfType<JsonArray>().Select(array => array.Count));
        Assert.Equal("t6", (string?)sent[2]["params"]!["name"]);
    }

    [Fact]
    public void An_array_is_never_larger_than_a_message_may_be()
    {
        var bench = new CoreBench().Connect(changed: JsonNode.Parse("""{"limits":{"messages_per_minute":1000,"max_message_bytes":1024}}""")!.AsObject());
        for (var i = 0; i < 50; i++)
            bench.Call(new string('n', 1 + (i * 7 % 60)), group: 1);

        var sizes = bench.Of(OutputKind.Send).Select(output => output.Message.Length).ToArray();
        Assert.All(sizes, size => Assert.InRange(size, 1, 1024));
        // As few as fit: no two neighbours could have been one.
        Assert.All(sizes.Zip(sizes.Skip(1)), pair => Assert.True(pair.First + pair.Second > 1024 - 300));
    }

    [Fact]
    public void A_request_larger_than_the_server_takes_is_not_sent()
    {
        var bench = new CoreBench().Connect(resumable: false, JsonNode.Parse("""{"limits":{"max_message_bytes":1024}}""")!.AsObject());
        bench.Call();
        var frame = Assert.Single(bench.Of(OutputKind.Send)).Message.Length;
        var fits = new string('n', "debug/echo".Length + 1024 - frame);

        bench.Call(fits);
        Assert.Equal(1024, Assert.Single(bench.Of(OutputKind.Send)).Message.Length);
        var over = bench.Call(fits + "n");

        Assert.Equal([(over, "MESSAGE_TOO_LARGE")], bench.Fails());
    }

    [Fact]
    public void More_open_requests_than_allowed_fail_at_once()
    {
        var bench = new CoreBench(options => options with { MaxPending = 2 }).Connect();
        bench.Call();
        bench.Call();
        var third = bench.Call();

        Assert.Equal([(third, "SERVER_OVERLOADED")], bench.Fails());
    }

    [Fact]
    public void A_refused_request_is_repeated_after_the_time_named_and_a_little_chance()
    {
        var bench = new CoreBench().Connect();
        bench.Call("write");
        var first = Assert.Single(bench.Sent());
        bench.Refuse(first, "RATE_LIMIT_EXCEEDED", new JsonObject { ["retry_after_ms"] = 2000 });

        bench.Elapse(2.1);
        Assert.DoesNotContain(bench.Sent(), message => (string?)message["method"] == "tools/call");
        bench.Elapse(0.1);

        var again = Assert.Single(bench.Sent(), message => (string?)message["method"] == "tools/call");
        Assert.NotEqual((string?)first["message_id"], (string?)again["message_id"]);
        Assert.Equal(first["params"]!.ToJsonString(), again["params"]!.ToJsonString());
    }

    [Fact]
    public void What_may_have_run_is_repeated_only_when_that_does_no_harm()
    {
        var bench = new CoreBench().Connect();
        bench.Learn();
        bench.Call("read");
        var write = bench.Call("write");
        foreach (var call in bench.Sent())
            bench.Refuse(call, "INTERNAL_ERROR");

        Assert.Equal([(write, "INTERNAL_ERROR")], bench.Fails());
        bench.Elapse(0.2);
        Assert.Equal("read", (string?)Assert.Single(bench.Sent(), message => (string?)message["method"] == "tools/call")["params"]!["name"]);
    }

    [Fact]
    public void Repetitions_end_after_three_and_when_the_budget_is_spent()
    {
        var bench = new CoreBench(options => options with { RetryBudget = 4 }).Connect();
        var calls = new[] { bench.Call("a"), bench.Call("b") };
        var sent = 0;
        for (var turn = 0; turn < 10; turn++)
        {
            foreach (var call in bench.Sent().Where(message => (string?)message["method"] == "tools/call"))
            {
                sent++;
                bench.Refuse(call, "SERVER_OVERLOADED");
            }

            bench.Elapse(11);
        }

        // Two first attempts and four tokens.
        Assert.Equal(2 + 4, sent);
        Assert.Equal(calls.Order(), bench.Fails().Select(fail => fail.Handle).Order());
    }

    [Fact]
    public void With_retry_off_every_refusal_goes_to_the_caller()
    {
        var bench = new CoreBench(options => options with { Retry = false }).Connect();
        var call = bench.Call();
        bench.Refuse(Assert.Single(bench.Sent()), "RATE_LIMIT_EXCEEDED", new JsonObject { ["retry_after_ms"] = 5 });

        Assert.Equal([(call, "RATE_LIMIT_EXCEEDED")], bench.Fails());
    }

    [Fact]
    public void The_gate_lets_no_more_through_than_the_server_would()
    {
        var bench = new CoreBench().Connect(changed: JsonNode.Parse("""{"limits":{"messages_per_minute":10,"max_in_flight":1000}}""")!.AsObject());
        for (var i = 0; i < 30; i++)
            bench.Ask("ping");

        // The hello was the first of the ten.
        Assert.Equal(9, bench.Sent().Count);
        Assert.Contains(bench.Of(OutputKind.Diagnostic), told => (string?)((McpDiagnostic)told.Value!).Details["kind"] == "limit_near");
        bench.Elapse(59);
        Assert.DoesNotContain(bench.Sent(), message => (string?)message["method"] == "ping");
    }

    [Fact]
    public void Chunks_are_counted_and_a_missing_one_fails_the_call()
    {
        var bench = new CoreBench().Connect();
        var whole = bench.Call();
        var call = Assert.Single(bench.Sent());
        bench.Chunk(call, 0);
        bench.Chunk(call, 0);
        bench.Chunk(call, 1);
        Assert.Equal(["c0", "c1"], bench.Of(OutputKind.Chunk).Select(chunk => chunk.Json.GetString()));
        bench.Answer(call, new JsonObject { ["chunks"] = 2 });
        Assert.Equal(whole, Assert.Single(bench.Of(OutputKind.Resolve)).Number);

        var holed = bench.Call();
        bench.Chunk(Assert.Single(bench.Sent()), 1);
        Assert.Equal([(holed, "INVALID_MESSAGE_FORMAT")], bench.Fails());

        var cut = bench.Call();
        var third = bench.Sent()[^1];
        bench.Chunk(third, 0);
        bench.Answer(third, new JsonObject { ["chunks"] = 2 });
        Assert.Equal([(cut, "CONNECTION_LOST")], bench.Fails());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("nul")]
    [InlineData("""{"message_type":"response"}""")]
    [InlineData("""{"message_type":[]}""")]
    [InlineData("""{"message_type":"error","error_code":"\ud800","error_message":"x"}""")]
    [InlineData("""{"message_type":"error","error_code":"A","error_message":"x","details":{"a":1,"a":2}}""")]
    [InlineData("""{"message_type":"event","event_type":"tool.chunk","data":{"request_id":"req-2","index":"0"}}""")]
    [InlineData("""{"message_type":"heartbeat"} {}""")]
    public void What_is_no_message_is_noted_and_passed_over(string text)
    {
        var bench = new CoreBench().Connect();
        var call = bench.Call();
        var request = Assert.Single(bench.Sent());

        bench.Text(text);

        Assert.Equal(1, (int)bench.Core.Report(bench.Now)["error_summary"]!["violation_types"]!["invalid_message"]!);
        bench.Answer(request, new JsonObject());
        Assert.Equal(call, Assert.Single(bench.Of(OutputKind.Resolve)).Number);
    }
}
