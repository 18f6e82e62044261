using System.Text.Json.Nodes;
using Patchbay.Client.Core;

namespace Patchbay.Client.Tests.Core;

/// <summary>Acks, resumes, and what becomes of requests when a session does not come back.</summary>
public class SessionTests
{
    [Fact]
    public void Acks_come_at_sixteen_messages_eight_at_once_and_then_eight_a_second()
    {
        var bench = new CoreBench().Connect();
        for (var i = 0; i < 16 * 20; i++)
            bench.Message("event", new JsonObject { ["event_type"] = "note" });

        // A bucket of 8; the hello's answer was the first of the sixteen.
        Assert.Equal(8, bench.Sent().Count);
        bench.Elapse(1.01);
        Assert.Equal(bench.Seq, (long)Assert.Single(bench.Sent())["data"]!["seq"]!);
    }

    [Fact]
    public void A_request_carries_what_was_to_be_acknowledged()
    {
        var bench = new CoreBench().Connect();
        bench.Message("event", new JsonObject { ["event_type"] = "note" });

        bench.Ask("ping");

        Assert.Equal(2, (long)Assert.Single(bench.Sent())["ack"]!);
        bench.Elapse(5);
        Assert.Empty(bench.Sent());
    }

    [Fact]
    public void A_copy_is_passed_over_and_a_hole_leaves_the_connection_for_the_last_number()
    {
        var bench = new CoreBench().Connect();
        bench.Message("event", new JsonObject { ["event_type"] = "first" });
        bench.Seq--;
        bench.Message("event", new JsonObject { ["event_type"] = "copy" });
        Assert.Equal("first", ((McpEvent)Assert.Single(bench.Of(OutputKind.Event)).Value!).EventType);

        bench.Seq++;
        bench.Message("event", new JsonObject { ["event_type"] = "later" });

        var drop = Assert.Single(bench.Of(OutputKind.Drop));
        Assert.Equal(4000, drop.Number);
        Assert.Empty(bench.Of(OutputKind.Event));
        Assert.Equal("sequence_gap", (string?)bench.Core.Report(bench.Now)["protocol_violations"]![0]!["type"]);
        bench.Elapse(1);
        Assert.Equal(2, (long)bench.Resume()["last_seq"]!);
    }

    [Fact]
    public void After_a_resume_what_the_server_does_not_know_is_sent_again_under_its_id()
    {
        var bench = new CoreBench().Connect();
        bench.Call();
        bench.Call();
        var sent = bench.Sent();

        bench.Lose();
        bench.Resume(0, (string)sent[0]["message_id"]!);

        Assert.Equal((string?)sent[1]["message_id"], (string?)Assert.Single(bench.Sent())["message_id"]);
    }

    [Fact]
    public void A_refused_resume_repeats_what_is_safe_and_fails_the_rest()
    {
        var bench = new CoreBench().Connect();
        bench.Learn();
        bench.Call("read");
        var write = bench.Call("write");
        bench.Call("write", new McpCallOptions { IdempotencyKey = "k" });
        bench.Ask("ping");
        var old = bench.Sent().Select(message => (string)message["message_id"]!).ToArray();
        bench.Lose();
        bench.Call("write");
        bench.Welcomed(new JsonObject { ["session_id"] = "ses-9" });
        bench.Answer(bench.Sent()[0], new JsonObject { ["resumed"] = false, ["reason"] = "expired" }, numbered: false);

        Assert.Equal([(write, "CONNECTION_LOST")], bench.Fails());
        Assert.Equal("expired", Assert.Single(bench.Of(OutputKind.SessionLost)).Text);
        bench.Seq = 0;
        bench.Answer(bench.Sent()[0], new JsonObject { ["session_id"] = "ses-9", ["resume_token"] = "n", ["epoch"] = 2 });

        // The three that may be repeated, and the one that was never sent; all under new ids.
        var again = bench.Sent();
        Assert.Equal(["read", "write", null, "write"], again.Select(message => (string?)message["params"]!["name"]));
        Assert.DoesNotContain(again, message => old.Contains((string)message["message_id"]!));
    }

    [Fact]
    public void When_it_is_not_known_whether_a_call_may_be_repeated_the_tool_list_is_asked()
    {
        var bench = new CoreBench().Connect(resumable: false);
        bench.Call("read");
        var write = bench.Call("write");
        bench.Sent();
        bench.Lose();
        Assert.Empty(bench.Fails());
        bench.Hello(resumable: false);

        var list = Assert.Single(bench.Sent());
        Assert.Equal("tools/list", (string?)list["method"]);
        bench.Answer(list, JsonNode.Parse("""{"tools":[{"name":"read","annotations":{"idempotentHint":true}}],"next_cursor":"more"}"""), numbered: false);
        bench.Answer(Assert.Single(bench.Sent()), JsonNode.Parse("""{"tools":[{"name":"write","annotations":{}}]}"""), numbered: false);

        Assert.Equal("read", (string?)Assert.Single(bench.Sent())["params"]!["name"]);
        Assert.Equal([(write, "CONNECTION_LOST")], bench.Fails());
    }

    [Fact]
    public void A_cancel_the_user_asked_for_itself_ends_when_the_session_is_lost()
    {
        var bench = new CoreBench().Connect(resumable: false);
        var handle = bench.Ask("requests/cancel", new { request_id = "req-17" });
        Assert.Single(bench.Sent());
        bench.Lose();
        bench.Hello(resumable: false);

        bench.Answer(Assert.Single(bench.Sent()), new JsonObject { ["cancelled"] = false }, numbered: false);

        Assert.Equal(handle, Assert.Single(bench.Of(OutputKind.Resolve)).Number);
    }

    [Fact]
    public void Subscriptions_are_made_again_on_a_new_session_and_not_on_a_resumed_one()
    {
        var bench = new CoreBench().Connect();
        bench.Ask("events/subscribe", new { event_types = new[] { "status_update" } });
        bench.Answer(bench.Sent()[0], JsonNode.Parse("""{"event_types":["status_update"]}"""));
        bench.Core.WantDiagnostics(new JsonObject { ["level"] = "info" }, bench.Now);
        bench.Answer(Assert.Single(bench.Sent()), new JsonObject());
        bench.Lose();
        bench.Resume();
        Assert.Empty(bench.Sent());

        bench.Lose();
        bench.Welcomed();
        bench.Answer(bench.Sent()[0], new JsonObject { ["resumed"] = false, ["reason"] = "gap" }, numbered: false);
        bench.Seq = 0;
        bench.Answer(bench.Sent()[0], new JsonObject { ["session_id"] = "s", ["resume_token"] = "n", ["epoch"] = 1 });

        Assert.Equal(["events/subscribe", "diagnostics/subscribe"], bench.Sent().Select(message => (string?)message["method"]));
    }

    [Fact]
    public void A_null_token_never_replaces_one()
    {
        var bench = new CoreBench().Connect();
        bench.Lose();
        bench.Welcomed();
        bench.Answer(bench.Sent()[0], JsonNode.Parse("""{"resumed":true,"resume_token":null,"replayed":0,"in_flight":[]}"""), numbered: false);
        bench.Lose();

        Assert.Equal("t1", (string?)bench.Resume()["resume_token"]);
    }
}
