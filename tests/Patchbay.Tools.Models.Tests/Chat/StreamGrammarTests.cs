using System.Text;
using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Chat;

/// <summary>The habits of servers that stream completions: what each form of a stream comes to.</summary>
public class StreamGrammarTests : UpstreamTest
{
    [Requirement("PROTO-10-15")]
    [Fact]
    public async Task A_good_stream_is_text_finish_reason_and_usage()
    {
        var outcome = await AnsweredAsync([.. Chunk.Good]);

        Assert.Null(outcome.Error);
        Assert.Equal("Hello, world", outcome.Text);
        Assert.Equal("stop", outcome.FinishReason);
        Assert.Equal((9, 3), outcome.Usage);
        Assert.Equal("tiny", (string?)outcome.Result["model"]);
        Assert.Equal("up", (string?)outcome.Result["provider"]);
        Assert.Null(outcome.Result["warning"]);
        var timings = outcome.Result["timings"]!;
        Assert.InRange((double)timings["time_to_first_token_ms"]!, 0, (double)timings["total_ms"]!);
        Assert.Equal(1, (int)timings["attempts"]!);
    }

    [Requirement("PROTO-10-15")]
    [Fact]
    public async Task The_request_is_a_stream_with_usage_and_what_the_caller_gave()
    {
        using var room = ModelRoom.Of(Upstream, null);
        var outcome = await room.CallAsync("models/chat", """
            {"model":"tiny","messages":[{"role":"system","content":"Be brief"},{"role":"user","content":[{"type":"text","text":"Grüezi"}]}],
             "max_tokens":7,"temperature":0.5,"top_p":0.9,"seed":42,"stop":["\n"],"response_format":{"type":"json_object"},
             "tools":[{"type":"function","function":{"name":"now","parameters":{"type":"object"}}}],"tool_choice":"auto"}
            """);

        Assert.Null(outcome.Error);
        Assert.Equal(
            """{"model":"tiny","messages":[{"role":"system","content":"Be brief"},{"role":"user","content":[{"type":"text","text":"Grüezi"}]}],"max_tokens":7,"temperature":0.5,"top_p":0.9,"seed":42,"stop":["\n"],"tools":[{"type":"function","function":{"name":"now","parameters":{"type":"object"}}}],"tool_choice":"auto","response_format":{"type":"json_object"},"stream":true,"stream_options":{"include_usage":true}}""",
            Upstream.Chats[0].Body.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task The_field_of_the_limit_and_the_wish_for_usage_are_settings()
    {
        using var room = ModelRoom.Of(Upstream, null, ("MaxTokensField", "max_completion_tokens"), ("StreamUsage", "false"));
        await room.CallAsync("models/chat", """{"model":"tiny","messages":[{"role":"user","content":"x"}],"max_tokens":7}""");

        var body = Upstream.Chats[0].Body;
        Assert.Equal(7, (int?)body["max_completion_tokens"]);
        Assert.False(body.ContainsKey("max_tokens"));
        Assert.False(body.ContainsKey("stream_options"));
    }

    [Fact]
    public async Task Comments_and_empty_events_are_no_part_of_the_answer()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.RawAsync(": keep-alive\n\n:\n\ndata:\n\n");
            foreach (var item in Chunk.Good)
                await exchange.RawAsync($": ping\nid: 7\nretry: 10\ndata: {item}\n\n");
        });

        Assert.Equal("Hello, world", (await AskAsync()).Text);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Lines_may_end_in_any_of_the_ways_of_event_streams(string end)
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.RawAsync(string.Concat(Chunk.Good.Select(item => $"data:{item}{end}{end}")));
        });

        Assert.Equal("Hello, world", (await AskAsync()).Text);
    }

    [Fact]
    public async Task The_first_token_is_the_first_output_and_not_the_role()
    {
        var time = new ManualTime();
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.EventAsync(Chunk.Role);
            time.Advance(TimeSpan.FromSeconds(2));
            await exchange.EventAsync(Chunk.Text("Hello"));
            await exchange.Gate.Task;
            foreach (var item in new[] { Chunk.Stop, Chunk.Usage(9, 8), Chunk.Done })
                await exchange.EventAsync(item);
        });
        using var room = ModelRoom.Of(Upstream, time);
        var sink = new ChunkSink();
        var running = room.ChatAsync(sink);
        await sink.NextAsync();
        time.Advance(TimeSpan.FromSeconds(4));
        (await Upstream.ChatAsync()).Gate.SetResult();

        var timings = (await running).Result["timings"]!;
        Assert.Equal(2000, (double)timings["time_to_first_token_ms"]!);
        Assert.Equal(6000, (double)timings["total_ms"]!);
        // 8 tokens in the 4 seconds after the first.
        Assert.Equal(2, (double)timings["tokens_per_s"]!);
    }

    [Fact]
    [Patchbay.Testing.Requirement("PROTO-10-17")]
    public async Task Without_usage_it_is_null_and_so_is_the_rate()
    {
        var outcome = await AnsweredAsync(Chunk.Role, Chunk.Text("Hello"), Chunk.Stop, Chunk.Done);

        Assert.Equal("Hello", outcome.Text);
        Assert.Null(outcome.Usage);
        Assert.True(outcome.Result.ContainsKey("usage"));
        Assert.Null(outcome.Result["timings"]!["tokens_per_s"]);
    }

    [Fact]
    public async Task The_end_without_done_after_a_finish_reason_is_complete_with_a_warning()
    {
        var outcome = await AnsweredAsync(Chunk.Text("Hello"), Chunk.Stop);

        Assert.Equal("Hello", outcome.Text);
        Assert.Contains("without [DONE]", (string?)outcome.Result["warning"]);
    }

    [Fact]
    public async Task Done_without_a_finish_reason_is_a_normal_end()
    {
        var outcome = await AnsweredAsync(Chunk.Text("Hello"), Chunk.Done);

        Assert.Equal("Hello", outcome.Text);
        Assert.Null(outcome.FinishReason);
        Assert.Null(outcome.Result["warning"]);
    }

    [Theory]
    [InlineData("""{"content":"Hi","tool_calls":null,"refusal":null,"reasoning_content":null}""", "Hi")]
    [InlineData("""{"content":[{"type":"thinking","text":"hm"},{"type":"text","text":"Hi"}]}""", "Hi")]
    [InlineData("""{"content":null}""", "")]
    public async Task Content_may_be_text_parts_or_null(string delta, string text) =>
        Assert.Equal(text, (await AnsweredAsync(Chunk.Of(delta), Chunk.Stop, Chunk.Done)).Text);

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    public async Task Reasoning_stands_apart_from_the_text(string field)
    {
        Upstream.OnChat(exchange => exchange.EventsAsync(
            Chunk.Of($$"""{"{{field}}":"I th"}"""), Chunk.Of($$"""{"{{field}}":"ink"}"""), Chunk.Text("Hello"), Chunk.Stop, Chunk.Done));
        using var room = ModelRoom.Of(Upstream, null);
        var sink = new ChunkSink();
        var outcome = await room.ChatAsync(sink);

        Assert.Equal("I think", (string?)outcome.Result["reasoning"]);
        Assert.Equal("Hello", outcome.Text);
        Assert.Equal(["Hello"], sink.Chunks);
    }

    [Fact]
    public async Task A_refusal_is_told_as_one() =>
        Assert.Equal("I won't.", (string?)(await AnsweredAsync(Chunk.Of("""{"refusal":"I won't."}"""), Chunk.Stop, Chunk.Done)).Result["refusal"]);

    [Fact]
    public async Task A_second_choice_is_not_mixed_in()
    {
        var outcome = await AnsweredAsync(
            Chunk.Text("A"), """{"choices":[{"index":1,"delta":{"content":"B"},"finish_reason":"length"}]}""", Chunk.Text("C"), Chunk.Stop, Chunk.Done);

        Assert.Equal("AC", outcome.Text);
        Assert.Equal("stop", outcome.FinishReason);
    }

    [Fact]
    public async Task Usage_in_every_chunk_counts_once_the_last()
    {
        const string Growing = """{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":""}],"usage":{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":4}}}""";
        var outcome = await AnsweredAsync(Growing, Growing.Replace("\"completion_tokens\":1", "\"completion_tokens\":2"), Chunk.Stop, Chunk.Done);

        Assert.Equal((9, 2), outcome.Usage);
        Assert.Equal(4, (int?)outcome.Result["usage"]!["cached_input_tokens"]);
        Assert.Equal("stop", outcome.FinishReason);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/event-stream")]
    [InlineData(null)]
    public async Task A_whole_completion_is_taken_where_a_stream_was_asked_for(string? type)
    {
        Upstream.OnChat(exchange => exchange.BodyAsync(Encoding.UTF8.GetBytes(Chunk.Whole("""{"role":"assistant","content":"Hello"}""")), type));
        using var room = ModelRoom.Of(Upstream, null);
        var sink = new ChunkSink();
        var outcome = await room.ChatAsync(sink);

        Assert.Equal("Hello", outcome.Text);
        Assert.Equal((9, 3), outcome.Usage);
        Assert.Equal("Hello", sink.Text);
        // When its first token was made nobody knows.
        Assert.Null(outcome.Result["timings"]!["time_to_first_token_ms"]);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task A_stream_under_a_wrong_name_is_read_as_one(string? type)
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync(type);
            foreach (var item in Chunk.Good)
                await exchange.EventAsync(item);
        });

        Assert.Equal("Hello, world", (await AskAsync()).Text);
    }

    [Fact]
    public async Task Text_cut_at_any_byte_arrives_whole()
    {
        // Two, three and four bytes a character.
        const string Text = "Grüße, 世界 🌍!";
        var bytes = Encoding.UTF8.GetBytes(string.Concat(new[] { $$$"""{"choices":[{"index":0,"delta":{"content":"{{{Text}}}"}}]}""", Chunk.Stop, Chunk.Done }.Select(item => $"data: {item}\n\n")));
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            foreach (var one in bytes)
                await exchange.RawAsync(new[] { one });
        });

        Assert.Equal(Text, (await AskAsync()).Text);
    }
}
