using System.Text;
using Patchbay.Protocol.Errors;
using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Chat;

/// <summary>What is no answer is never reported as one.</summary>
public class BadStreamTests : UpstreamTest
{
    [Fact]
    public async Task A_stream_that_ends_without_a_finish_reason_is_truncated_and_what_came_is_partial()
    {
        var outcome = await AnsweredAsync(Chunk.Role, Chunk.Text("Hel"));

        Assert.Equal("truncated", outcome.Reason);
        Assert.Equal("Hel", (string?)outcome.Error!.Details!["partial_text"]);
        Assert.Single(Upstream.Chats);
    }

    [Fact]
    public async Task A_stream_that_is_cut_off_is_truncated_and_not_asked_for_again()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.EventAsync(Chunk.Text("Hel"));
            await exchange.Gate.Task;
            exchange.Cut();
        });
        using var room = ModelRoom.Of(Upstream, null);
        var sink = new ChunkSink();
        var running = room.ChatAsync(sink);
        Assert.Equal("Hel", await sink.NextAsync());
        (await Upstream.ChatAsync()).Gate.SetResult();

        Assert.Equal("truncated", (await running).Reason);
        Assert.Single(Upstream.Chats);
    }

    [Fact]
    public async Task A_stream_cut_off_after_its_finish_reason_is_complete_with_a_warning()
    {
        Upstream.OnChat(async exchange =>
        {
            // In one event: whoever has the text has the reason.
            await exchange.EventsAsync(Chunk.Of("""{"content":"Hello"}""", "stop"));
            await exchange.Gate.Task;
            exchange.Cut();
        });
        using var room = ModelRoom.Of(Upstream, null);
        var sink = new ChunkSink();
        var running = room.ChatAsync(sink);
        await sink.NextAsync();
        (await Upstream.ChatAsync()).Gate.SetResult();
        var outcome = await running;

        Assert.Equal("Hello", outcome.Text);
        Assert.NotNull(outcome.Result["warning"]);
    }

    [Theory]
    [InlineData("""{"error":{"message":"the model crashed","type":"server_error","code":"boom"}}""", "boom")]
    [InlineData("""{"error":"the model crashed"}""", null)]
    [InlineData("""{"object":"error","message":"the model crashed","type":"InternalServerError","code":500}""", "500")]
    public async Task An_error_inside_a_good_status_is_an_error(string error, string? code)
    {
        var outcome = await AnsweredAsync(Chunk.Text("Hel"), error, Chunk.Stop, Chunk.Done);

        Assert.Equal("upstream_error", outcome.Reason);
        Assert.Equal("the model crashed", (string?)outcome.Error!.Details!["provider_message"]);
        Assert.Equal(code, (string?)outcome.Error.Details["provider_code"]);
        Assert.Equal("Hel", (string?)outcome.Error.Details["partial_text"]);
        Assert.Single(Upstream.Chats);
    }

    [Fact]
    public async Task An_event_that_calls_itself_an_error_is_one()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.RawAsync("event: error\ndata: {\"message\":\"out of memory\"}\n\n");
        });
        var outcome = await AskAsync();

        Assert.Equal("upstream_error", outcome.Reason);
        Assert.Contains("out of memory", outcome.Error!.Message);
    }

    [Fact]
    public async Task An_error_as_a_whole_body_with_a_good_status_is_an_error()
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("""{"error":{"message":"no such model","code":"model_not_found"}}"""));

        Assert.Equal("upstream_error", (await AskAsync()).Reason);
    }

    [Fact]
    public async Task An_error_that_is_null_is_none() =>
        Assert.Equal("Hi", (await AnsweredAsync("""{"error":null,"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}""", Chunk.Done)).Text);

    [Theory]
    [InlineData("data: hello\n\n")]
    [InlineData("data: {\"choices\":[{\n\n")]
    [InlineData("data: [1,2]\n\n")]
    [InlineData("data: 42\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"\\ud83d\"}}]}\n\n")]
    public async Task Garbage_in_a_stream_is_a_clear_error(string text)
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.RawAsync(text);
            await exchange.EventAsync(Chunk.Done);
        });

        Assert.Equal("invalid_answer", (await AskAsync()).Reason);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_a_clear_error()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.RawAsync((byte[])[.. "data: {\"choices\":[{\"delta\":{\"content\":\""u8, 0xC3, 0x28, .. "\"}}]}\n\n"u8]);
        });
        var outcome = await AskAsync();

        Assert.Equal("invalid_answer", outcome.Reason);
        Assert.Contains("UTF-8", outcome.Error!.Message);
    }

    [Theory]
    [InlineData("<html>\nSign in\n</html>", "text/html")]
    [InlineData("nothing to see", "image/png")]
    public async Task Another_type_of_answer_is_named_with_an_excerpt(string body, string type)
    {
        Upstream.OnChat(exchange => exchange.BodyAsync(Encoding.UTF8.GetBytes(body), type));
        var outcome = await AskAsync();

        Assert.Equal("invalid_answer", outcome.Reason);
        Assert.Contains(type, outcome.Error!.Message);
        Assert.Contains(body.Split('\n')[^1][..5], (string?)outcome.Error.Details!["provider_message"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n\n")]
    public async Task A_body_with_nothing_in_it_is_truncated(string body)
    {
        Upstream.OnChat(exchange => exchange.BodyAsync(Encoding.UTF8.GetBytes(body), "text/event-stream"));

        Assert.Equal("truncated", (await AskAsync()).Reason);
    }

    [Fact]
    public async Task Comments_alone_are_no_answer()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.RawAsync(": still here\n\n: and gone\n\n");
        });

        Assert.Equal("truncated", (await AskAsync()).Reason);
    }

    [Fact]
    public async Task Done_alone_is_no_answer() => Assert.Equal("invalid_answer", (await AnsweredAsync(Chunk.Done)).Reason);

    [Fact]
    public async Task A_whole_answer_without_a_choice_is_none()
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("""{"id":"x","choices":[]}"""));

        Assert.Equal("invalid_answer", (await AskAsync()).Reason);
    }

    [Fact]
    public async Task A_whole_answer_that_is_cut_is_no_answer()
    {
        Upstream.OnChat(exchange => exchange.BodyAsync("{\"choices\":[{\"message\":{\"content\":\"Hel"u8.ToArray(), "application/json"));

        Assert.Equal("invalid_answer", (await AskAsync()).Reason);
    }

    [Fact]
    public async Task A_compressed_answer_nobody_asked_for_is_refused()
    {
        Upstream.OnChat(exchange =>
        {
            exchange.Header("Content-Encoding", "gzip");
            return exchange.BodyAsync([0x1F, 0x8B, 8, 0], "text/event-stream");
        });

        Assert.Equal("invalid_answer", (await AskAsync()).Reason);
    }

    [Fact]
    public async Task A_stream_that_never_ends_is_ended_at_the_longest_answer()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            while (!exchange.IsGone)
                await exchange.EventAsync(Chunk.Text(new string('a', 100)));
        });
        using var room = ModelRoom.With(null, ("Upstreams:up:BaseUrl", Upstream.BaseUrl.ToString()), ("MaxAnswerChars", "2000"));
        var outcome = await room.ChatAsync();

        Assert.Equal("too_large", outcome.Reason);
        Assert.Equal(ErrorCodes.ToolExecutionFailed, outcome.Error!.Code);
        Assert.Equal(2000, ((string)outcome.Error.Details!["partial_text"]!).Length);
        await (await Upstream.ChatAsync()).Gone.Bounded();
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "too_large")]
    public async Task An_event_may_be_as_large_as_the_setting_and_no_larger(int more, string? reason)
    {
        // "data: " and the event are one line of exactly 4096 bytes.
        var empty = Chunk.Text("").Length + "data: ".Length;
        Upstream.OnChat(exchange => exchange.EventsAsync(Chunk.Text(new string('a', 4096 - empty + more)), Chunk.Stop, Chunk.Done));
        using var room = ModelRoom.With(null, ("Upstreams:up:BaseUrl", Upstream.BaseUrl.ToString()), ("MaxEventBytes", "4096"));
        var outcome = await room.ChatAsync();

        Assert.Equal(reason, outcome.Error is null ? null : outcome.Reason);
    }

    [Fact]
    public async Task A_line_without_an_end_is_not_collected_for_ever()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.RawAsync("data: ");
            while (!exchange.IsGone)
                await exchange.RawAsync(new string('a', 10_000));
        });

        Assert.Equal("too_large", (await AskAsync()).Reason);
        await (await Upstream.ChatAsync()).Gone.Bounded();
    }

    [Fact]
    public async Task A_whole_answer_larger_than_the_setting_is_not_collected()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync("application/json");
            await exchange.RawAsync("{\"choices\":\"");
            while (!exchange.IsGone)
                await exchange.RawAsync(new string('a', 10_000));
        });
        using var room = ModelRoom.With(null, ("Upstreams:up:BaseUrl", Upstream.BaseUrl.ToString()), ("MaxBodyBytes", "50000"));

        Assert.Equal("too_large", (await room.ChatAsync()).Reason);
    }
}
