using Patchbay.Protocol.Errors;
using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Catalog;

/// <summary>Which model a name means.</summary>
public class FindTests : UpstreamTest
{
    [Theory]
    [InlineData("llama3.2:1b")]
    [InlineData("small")]
    [InlineData("up/llama3.2:1b")]
    public async Task An_id_an_alias_and_the_qualified_id_mean_the_same(string name)
    {
        using var room = ModelRoom.Of(Upstream, null, ("Models:0:Id", "llama3.2:1b"), ("Models:0:Aliases:0", "small"));
        var outcome = await room.ChatAsync(model: name);

        Assert.Equal("llama3.2:1b", (string?)outcome.Result["model"]);
        Assert.Equal("tiny", (string?)outcome.Result["response_model"]);
        Assert.Equal("llama3.2:1b", (string?)Upstream.Chats[0].Body["model"]);
    }

    [Fact]
    public async Task An_unknown_model_is_not_found_and_the_known_are_named()
    {
        using var room = ModelRoom.Of(Upstream, null);
        var outcome = await room.ChatAsync(model: "Tiny");

        Assert.Equal(ErrorCodes.NotFound, outcome.Error!.Code);
        Assert.Equal("""["tiny"]""", outcome.Error.Details!["models"]!.ToJsonString());
        Assert.Empty(Upstream.Chats);
    }

    [Fact]
    public async Task A_model_that_was_added_a_moment_ago_is_found()
    {
        var time = new ManualTime();
        Upstream.OnModels(exchange => exchange.JsonAsync("""{"data":[]}"""), exchange => exchange.JsonAsync("""{"data":[{"id":"tiny"}]}"""));
        using var room = ModelRoom.Of(Upstream, time);
        Assert.Equal(ErrorCodes.NotFound, (await room.ChatAsync()).Error!.Code);
        // Not asked again at once: a client that guesses names must not become a flood at the model server.
        Assert.Equal(ErrorCodes.NotFound, (await room.ChatAsync()).Error!.Code);
        Assert.Single(Upstream.All);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("Hello, world", (await room.ChatAsync()).Text);
    }

    [Fact]
    public async Task A_model_of_two_servers_has_to_be_named_with_one_of_them()
    {
        await using var other = await ScriptedUpstream.StartAsync();
        using var room = ModelRoom.With(null, ("Upstreams:a:BaseUrl", Upstream.BaseUrl.ToString()), ("Upstreams:b:BaseUrl", other.BaseUrl.ToString()));
        var outcome = await room.ChatAsync();
        Assert.Equal(ErrorCodes.InvalidParams, outcome.Error!.Code);
        Assert.Contains("a/tiny, b/tiny", outcome.Error.Details!.ToJsonString());
        var list = (await room.CallAsync("models/list", """{"capability":"chat"}""")).Result;
        Assert.Equal(["a/tiny", "b/tiny"], list["models"]!.AsArray().Select(model => (string)model!["id"]!));

        Assert.Equal("Hello, world", (await room.ChatAsync(model: "b/tiny")).Text);
        Assert.Single(other.Chats);
        Assert.Empty(Upstream.Chats);
    }

    [Fact]
    public async Task What_the_settings_name_wins_over_what_a_server_lists()
    {
        await using var other = await ScriptedUpstream.StartAsync();
        using var room = ModelRoom.With(
            null, ("Upstreams:a:BaseUrl", Upstream.BaseUrl.ToString()), ("Upstreams:b:BaseUrl", other.BaseUrl.ToString()), ("Upstreams:b:Models:0:Id", "tiny"));

        Assert.Equal("Hello, world", (await room.ChatAsync()).Text);
        Assert.Single(other.Chats);
    }

    [Fact]
    public async Task The_model_that_hears_speech_does_not_chat()
    {
        using var room = ModelRoom.Of(Upstream, null);
        var outcome = await room.ChatAsync(model: "silero-vad");

        Assert.Equal(ErrorCodes.InvalidParams, outcome.Error!.Code);
        Assert.Contains("vad", outcome.Error.Details!.ToJsonString());
    }

    [Fact]
    public async Task A_model_that_the_settings_say_embeds_does_not_chat_and_a_guess_forbids_nothing()
    {
        using var room = ModelRoom.Of(Upstream, null, ("Models:0:Id", "tiny"), ("Models:0:Capabilities:0", "embeddings"), ("Models:1:Id", "embed-or-not"));

        Assert.Equal(ErrorCodes.InvalidParams, (await room.ChatAsync()).Error!.Code);
        Assert.Equal("Hello, world", (await room.ChatAsync(model: "embed-or-not")).Text);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""")]
    [InlineData("""{"model":"tiny","messages":[]}""")]
    [InlineData("""{"model":"tiny","messages":[{"role":"robot","content":"x"}]}""")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user"}]}""")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":null}]}""")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":7}]}""")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":["x"]}]}""")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":"x"}],"temperature":3}""")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":"x"}],"max_tokens":0}""")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":"x"}],"stop":[7]}""")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":"x"}],"base_url":"http://evil"}""")]
    public async Task Wrong_arguments_reach_no_server(string arguments)
    {
        using var room = ModelRoom.Of(Upstream, null);

        Assert.Equal(ErrorCodes.InvalidParams, (await room.CallAsync("models/chat", arguments)).Error!.Code);
        Assert.Empty(Upstream.All);
    }
}
