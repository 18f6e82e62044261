using System.Text.Json.Nodes;
using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Chat;

/// <summary>Calls of functions that a model asks for, in fragments.</summary>
public class ToolCallTests : UpstreamTest
{
    [Fact]
    public async Task Fragments_are_joined_by_index_and_parsed_at_the_end()
    {
        var calls = await CallsAsync(
            """{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"weather","arguments":""}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\""}}]}""",
            """{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"time","arguments":"{"}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":":\"Bern\"}"}},{"index":1,"function":{"arguments":"}"}}]}""");

        Assert.Equal(
            """[{"id":"call_a","name":"weather","arguments_text":"{\u0022city\u0022:\u0022Bern\u0022}","arguments":{"city":"Bern"}},{"id":"call_b","name":"time","arguments_text":"{}","arguments":{}}]""",
            calls.ToJsonString());
    }

    [Fact]
    public async Task Without_an_index_a_new_id_begins_the_next_call()
    {
        var calls = await CallsAsync(
            """{"tool_calls":[{"id":"a","function":{"name":"one","arguments":"{\"x\":"}}]}""",
            """{"tool_calls":[{"function":{"arguments":"1}"}}]}""",
            """{"tool_calls":[{"id":"b","function":{"name":"two","arguments":"{}"}}]}""");

        Assert.Equal(["one", "two"], calls.Select(call => (string)call!["name"]!));
        Assert.Equal(1, (int?)calls[0]!["arguments"]!["x"]);
    }

    [Fact]
    public async Task Arguments_that_are_no_JSON_are_given_as_text()
    {
        var calls = await CallsAsync("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":"{\"x\":"}}]}""");

        Assert.Equal("{\"x\":", (string?)calls[0]!["arguments_text"]);
        Assert.Null(calls[0]!["arguments"]);
    }

    [Fact]
    public async Task Arguments_that_came_as_an_object_are_taken_as_they_are()
    {
        var calls = await CallsAsync("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":{"x":1}}}]}""");

        Assert.Equal(1, (int?)calls[0]!["arguments"]!["x"]);
    }

    [Fact]
    public async Task A_whole_completion_has_its_calls_too()
    {
        Upstream.OnChat(exchange => exchange.JsonAsync(Chunk.Whole(
            """{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"one","arguments":"{}"}}]}""", "tool_calls")));
        var outcome = await AskAsync();

        Assert.Equal("tool_calls", outcome.FinishReason);
        Assert.Equal("one", (string?)outcome.Result["tool_calls"]![0]!["name"]);
    }

    [Fact]
    public async Task More_calls_than_anyone_asks_for_end_the_answer()
    {
        var outcome = await AnsweredAsync([.. Enumerable.Range(0, 300).Select(index => Chunk.Of($$$"""{"tool_calls":[{"index":{{{index}}},"function":{"name":"f","arguments":""}}]}""")), Chunk.Done]);

        Assert.Equal("invalid_answer", outcome.Reason);
    }

    [Fact]
    public async Task Answers_to_calls_are_sent_on()
    {
        using var room = ModelRoom.Of(Upstream, null);
        var outcome = await room.CallAsync("models/chat", """
            {"model":"tiny","messages":[{"role":"user","content":"?"},{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"one","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"a","content":"42"}]}
            """);

        Assert.Null(outcome.Error);
        Assert.Equal(
            """[{"role":"user","content":"?"},{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"one","arguments":"{}"}}]},{"role":"tool","content":"42","tool_call_id":"a"}]""",
            Upstream.Chats[0].Body["messages"]!.ToJsonString());
    }

    private async Task<JsonArray> CallsAsync(params string[] deltas)
    {
        var outcome = await AnsweredAsync([.. deltas.Select(delta => Chunk.Of(delta)), Chunk.Of("{}", "tool_calls"), Chunk.Done]);
        Assert.Equal("tool_calls", outcome.FinishReason);
        return outcome.Result["tool_calls"]!.AsArray();
    }
}
