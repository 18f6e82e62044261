using Patchbay.Protocol.Errors;
using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Catalog;

/// <summary>What there is, and how it is found.</summary>
public class ListTests : UpstreamTest
{
    [Fact]
    public async Task Without_a_model_server_there_is_the_local_model_and_the_way_to_add_one()
    {
        using var room = ModelRoom.With(null);
        var list = (await room.CallAsync("models/list", "{}")).Result;

        var model = Assert.Single(list["models"]!.AsArray())!;
        Assert.Equal(
            """{"id":"silero-vad","provider":"patchbay","capabilities":["vad"],"source":"local","status":"ready","description":"Tells speech from other sound."}""", model.ToJsonString());
        Assert.Contains("Patchbay__Models__Upstreams__", (string?)list["hint"]);
        Assert.DoesNotContain("echo", list.ToJsonString());
    }

    [Theory]
    [InlineData("models/chat", """{"model":"gpt","messages":[{"role":"user","content":"x"}]}""")]
    [InlineData("models/embed", """{"model":"gpt","input":"x"}""")]
    public async Task Without_a_model_server_a_call_says_so_and_how_to_add_one(string tool, string arguments)
    {
        using var room = ModelRoom.With(null);
        var outcome = await room.CallAsync(tool, arguments);

        Assert.Equal(ErrorCodes.NotFound, outcome.Error!.Code);
        Assert.Equal("no_upstream", outcome.Reason);
        Assert.Contains("Patchbay__Models__Upstreams__", outcome.Error.Message);
    }

    [Requirement("PROTO-10-14")]
    [Fact]
    public async Task What_servers_say_of_a_model_is_shown_and_the_settings_say_it_better()
    {
        Upstream.OnModels(exchange => exchange.JsonAsync("""
            {"data":[{"id":"llama"},{"id":"nomic-embed-text"},{"id":"vllm","max_model_len":4096},{"id":"gguf","meta":{"n_ctx_train":8192}},{"id":"llama"},{"id":""},{"id":7},"x",
             {"id":"known","max_model_len":1}]}
            """));
        using var room = ModelRoom.Of(
            Upstream, null, ("Models:0:Id", "known"), ("Models:0:Aliases:0", "best"), ("Models:0:Capabilities:0", "embeddings"), ("Models:0:ContextLength", "100"));
        var list = (await room.CallAsync("models/list", """{"provider":"up"}""")).Result;

        Assert.Equal(
            [
                """{"id":"known","provider":"up","capabilities":["embeddings"],"source":"upstream","status":"closed","context_length":100,"aliases":["best"]}""",
                """{"id":"llama","provider":"up","capabilities":["chat"],"source":"upstream","status":"closed"}""",
                """{"id":"nomic-embed-text","provider":"up","capabilities":["embeddings"],"source":"upstream","status":"closed"}""",
                """{"id":"vllm","provider":"up","capabilities":["chat"],"source":"upstream","status":"closed","context_length":4096}""",
                """{"id":"gguf","provider":"up","capabilities":["chat"],"source":"upstream","status":"closed","context_length":8192}""",
            ],
            list["models"]!.AsArray().Select(model => model!.ToJsonString()));
        Assert.Null(list["hint"]);
    }

    [Requirement("PROTO-10-14")]
    [Theory]
    [InlineData("chat", "tiny")]
    [InlineData("vad", "silero-vad")]
    [InlineData("embeddings", null)]
    public async Task A_capability_chooses(string capability, string? id)
    {
        using var room = ModelRoom.Of(Upstream, null);
        var list = (await room.CallAsync("models/list", $$"""{"capability":"{{capability}}"}""")).Result;

        Assert.Equal(id, (string?)list["models"]!.AsArray().SingleOrDefault()?["id"]);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_shown_with_its_reason_and_the_rest_is_there()
    {
        await using var stopped = await ScriptedUpstream.StartAsync();
        await stopped.StopAsync();
        using var room = ModelRoom.With(
            null, ("Upstreams:up:BaseUrl", Upstream.BaseUrl.ToString()), ("Upstreams:down:BaseUrl", stopped.BaseUrl.ToString()), ("Upstreams:down:Models:0:Id", "lost"));
        var list = (await room.CallAsync("models/list", "{}")).Result;

        Assert.Equal(["silero-vad", "lost", "tiny"], list["models"]!.AsArray().Select(model => (string)model!["id"]!));
        var down = list["upstreams"]![0]!;
        Assert.Equal("down", (string?)down["name"]);
        Assert.False((bool?)down["reachable"]);
        Assert.Contains("Does it run?", (string?)down["error"]);
        Assert.True((bool?)list["upstreams"]![1]!["reachable"]);
    }

    [Theory]
    [InlineData("""{"error":{"message":"no"}}""", 200)]
    [InlineData("""{"models":[]}""", 200)]
    [InlineData("<html>", 200)]
    [InlineData("{}", 500)]
    public async Task A_list_that_is_none_is_an_error_of_the_server_and_not_of_the_call(string body, int status)
    {
        Upstream.OnModels(exchange => exchange.JsonAsync(body, status));
        using var room = ModelRoom.Of(Upstream, null, ("Models:0:Id", "tiny"));
        var list = (await room.CallAsync("models/list", "{}")).Result;

        Assert.False((bool?)list["upstreams"]![0]!["reachable"]);
        Assert.Equal("Hello, world", (await room.ChatAsync()).Text);
    }

    [Fact]
    public async Task Many_questions_ask_the_server_once()
    {
        Upstream.OnModels(async exchange =>
        {
            await exchange.Gate.Task;
            await exchange.JsonAsync("""{"data":[{"id":"tiny"}]}""");
        });
        using var room = ModelRoom.Of(Upstream, null);
        var asking = Enumerable.Range(0, 20).Select(_ => room.CallAsync("models/list", "{}")).ToList();
        await Patience.UntilAsync(() => Upstream.All.Count > 0, "the question");
        Upstream.All.First().Gate.SetResult();

        Assert.All(await Task.WhenAll(asking), outcome => Assert.Equal(2, outcome.Result["models"]!.AsArray().Count));
        Assert.Single(Upstream.All);
    }

    [Fact]
    public async Task An_old_list_is_shown_at_once_and_asked_for_anew_on_the_side()
    {
        var time = new ManualTime();
        Upstream.OnModels(exchange => exchange.JsonAsync("""{"data":[{"id":"old"}]}"""), exchange => exchange.JsonAsync("""{"data":[{"id":"new"}]}"""));
        using var room = ModelRoom.Of(Upstream, time, ("DiscoverySeconds", "60"));
        Assert.Equal("old", await FirstAsync(room));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("old", await FirstAsync(room));
        Assert.Single(Upstream.All);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("old", await FirstAsync(room));
        for (var i = 0; await FirstAsync(room) != "new"; i++)
            await Patience.UntilAsync(() => Upstream.All.Count == 2, "the second question");

        Assert.Equal(2, Upstream.All.Count);
    }

    private static async Task<string?> FirstAsync(ModelRoom room) =>
        (string?)(await room.CallAsync("models/list", """{"provider":"up"}""")).Result["models"]!.AsArray()[0]!["id"];
}
