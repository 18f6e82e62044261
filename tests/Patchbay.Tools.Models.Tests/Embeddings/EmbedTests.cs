using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;

namespace Patchbay.Tools.Models.Tests.Embeddings;

/// <summary>Texts into vectors.</summary>
public class EmbedTests : UpstreamTest
{
    [Requirement("PROTO-10-16")]
    [Fact]
    public async Task Vectors_come_in_the_order_of_the_texts_whatever_the_order_of_the_answer()
    {
        Upstream.OnEmbeddings(exchange => exchange.JsonAsync("""
            {"data":[{"index":1,"embedding":[0.25,-1]},{"index":0,"embedding":[1e-3,2]}],"usage":{"prompt_tokens":4,"total_tokens":4}}
            """));
        using var room = ModelRoom.Of(Upstream, null);
        var outcome = await room.CallAsync("models/embed", """{"model":"tiny","input":["a","b"],"dimensions":2}""");

        Assert.Equal("[[0.001,2],[0.25,-1]]", outcome.Result["vectors"]!.ToJsonString());
        Assert.Equal(2, (int?)outcome.Result["dimensions"]);
        Assert.Equal((4, null), outcome.Usage);
        Assert.Equal("""{"model":"tiny","input":["a","b"],"encoding_format":"float","dimensions":2}""", Upstream.All.Last().Body.ToJsonString());
    }

    [Requirement("PROTO-10-16")]
    [Fact]
    public async Task A_single_text_has_a_single_vector()
    {
        Upstream.OnEmbeddings(exchange => exchange.JsonAsync("""{"data":[{"embedding":[1]}]}"""));
        using var room = ModelRoom.Of(Upstream, null);
        var outcome = await room.CallAsync("models/embed", """{"model":"tiny","input":"a"}""");

        Assert.Equal("[[1]]", outcome.Result["vectors"]!.ToJsonString());
        Assert.Null(outcome.Usage);
    }

    [Fact]
    public async Task Base64_is_read_though_numbers_were_asked_for()
    {
        var bytes = new byte[8];
        BitConverter.TryWriteBytes(bytes, 0.5f);
        BitConverter.TryWriteBytes(bytes.AsSpan(4), -3f);
        Upstream.OnEmbeddings(exchange => exchange.JsonAsync(new JsonObject { ["data"] = new JsonArray(new JsonObject { ["index"] = 0, ["embedding"] = Convert.ToBase64String(bytes) }) }.ToJsonString()));
        using var room = ModelRoom.Of(Upstream, null);

        Assert.Equal("[[0.5,-3]]", (await room.CallAsync("models/embed", """{"model":"tiny","input":"a"}""")).Result["vectors"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"data":[{"index":0,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[2]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2,3]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":["x"]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1e300]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":"AAA"}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1}]}""")]
    [InlineData("""{"data":7}""")]
    [InlineData("""[]""")]
    [InlineData("""<html>""")]
    public async Task Vectors_that_are_none_are_a_clear_error(string body)
    {
        Upstream.OnEmbeddings(exchange => exchange.JsonAsync(body));
        using var room = ModelRoom.Of(Upstream, null);

        Assert.Equal("invalid_answer", (await room.CallAsync("models/embed", """{"model":"tiny","input":["a","b"]}""")).Reason);
    }

    [Fact]
    public async Task An_error_inside_a_good_status_is_an_error()
    {
        Upstream.OnEmbeddings(exchange => exchange.JsonAsync("""{"error":{"message":"not an embedding model"}}"""));
        using var room = ModelRoom.Of(Upstream, null);
        var outcome = await room.CallAsync("models/embed", """{"model":"tiny","input":"a"}""");

        Assert.Equal("upstream_error", outcome.Reason);
        Assert.Contains("not an embedding model", outcome.Error!.Message);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"\"")]
    [InlineData("[\"\"]")]
    [InlineData("[7]")]
    [InlineData("null")]
    public async Task There_must_be_a_text(string input)
    {
        using var room = ModelRoom.Of(Upstream, null);

        Assert.Equal(ErrorCodes.InvalidParams, (await room.CallAsync("models/embed", $$"""{"model":"tiny","input":{{input}}}""")).Error!.Code);
    }
}
