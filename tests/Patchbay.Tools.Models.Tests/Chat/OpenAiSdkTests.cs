using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;
using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Chat;

/// <summary>The official OpenAI SDK as a second client of the same upstream: what it reads there, this room reads too, so both speak the true dialect.</summary>
public class OpenAiSdkTests : UpstreamTest
{
    public static TheoryData<string, string[]> Streams => new()
    {
        { "a good answer", [.. Chunk.Good] },
        { "text of many bytes a character", [Chunk.Role, Chunk.Text("Grüße, "), Chunk.Text("世界 🌍"), Chunk.Stop, Chunk.Usage(5, 7), Chunk.Done] },
        { "an answer that was too long", [Chunk.Role, Chunk.Text("and so"), Chunk.Of("{}", "length"), Chunk.Usage(1, 2), Chunk.Done] },
        { "a filtered answer", [Chunk.Role, Chunk.Of("{}", "content_filter"), Chunk.Usage(1, 0), Chunk.Done] },
        { "an answer without usage", [Chunk.Role, Chunk.Text("Hello"), Chunk.Stop, Chunk.Done] },
        {
            "calls of tools",
            [
                Chunk.Role,
                Chunk.Of("""{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"weather","arguments":""}}]}"""),
                Chunk.Of("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}"""),
                Chunk.Of("""{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"time","arguments":"{}"}}]}"""),
                Chunk.Of("""{"tool_calls":[{"index":0,"function":{"arguments":"\"Bern\"}"}}]}"""),
                Chunk.Of("{}", "tool_calls"), Chunk.Usage(20, 11), Chunk.Done,
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Both_read_the_same_from_a_stream(string what, string[] events)
    {
        Assert.NotEmpty(what);
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.RawAsync(": keep-alive\n\n");
            foreach (var item in events)
                await exchange.EventAsync(item);
        });
        var theirs = await ReadAsync();
        var ours = await AskAsync();

        Assert.Null(ours.Error);
        Assert.Equal(theirs.Text, ours.Text);
        Assert.Equal(theirs.FinishReason, ours.FinishReason);
        Assert.Equal(theirs.Usage, ours.Usage);
        Assert.Equal(theirs.Calls, ours.Result["tool_calls"]?.AsArray().Select(call => ((string?)call!["id"], (string?)call["name"], (string?)call["arguments_text"])) ?? []);
        // Both asked in the same way.
        Assert.All(Upstream.Chats, exchange => Assert.True((bool?)exchange.Body["stream_options"]?["include_usage"]));
    }

    [Fact]
    public async Task Both_read_the_same_list_of_models()
    {
        Upstream.OnModels(exchange => exchange.JsonAsync(
            """{"object":"list","data":[{"id":"b","object":"model","created":1700000000,"owned_by":"x"},{"id":"a","object":"model","created":1700000000,"owned_by":"x"}]}"""));
        var theirs = (await new OpenAIModelClient(Key, Options()).GetModelsAsync()).Value.Select(model => model.Id);
        using var room = ModelRoom.Of(Upstream, null);
        var ours = (await room.CallAsync("models/list", """{"provider":"up"}""")).Result["models"]!.AsArray().Select(model => (string)model!["id"]!);

        Assert.Equal(["b", "a"], theirs);
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public async Task Both_read_the_same_vectors()
    {
        // The SDK asks for base64, this room for numbers: a true server answers each as asked.
        Upstream.OnEmbeddings(exchange =>
        {
            var bytes = new byte[8];
            BitConverter.TryWriteBytes(bytes, 0.5f);
            BitConverter.TryWriteBytes(bytes.AsSpan(4), -2f);
            var vector = (string?)exchange.Body["encoding_format"] == "base64" ? $"\"{Convert.ToBase64String(bytes)}\"" : "[0.5,-2]";
            return exchange.JsonAsync($$$"""{"object":"list","model":"tiny","data":[{"object":"embedding","index":0,"embedding":{{{vector}}}}],"usage":{"prompt_tokens":2,"total_tokens":2}}""");
        });
        var theirs = (await new EmbeddingClient("tiny", Key, Options()).GenerateEmbeddingAsync("a")).Value.ToFloats().ToArray();
        using var room = ModelRoom.Of(Upstream, null);
        var ours = (await room.CallAsync("models/embed", """{"model":"tiny","input":"a"}""")).Result["vectors"]![0]!.AsArray().Select(number => (float)number!);

        Assert.Equal([0.5f, -2f], theirs);
        Assert.Equal(theirs, ours);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(500)]
    public async Task Both_take_the_same_statuses_for_errors(int status)
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("""{"error":{"message":"no","type":"x","code":"y"}}""", status));
        var theirs = await Assert.ThrowsAsync<ClientResultException>(ReadAsync);
        var ours = await AskAsync();

        Assert.Equal(theirs.Status, (int?)ours.Error!.Details!["status"]);
    }

    private static ApiKeyCredential Key => new("any");

    private OpenAIClientOptions Options() => new() { Endpoint = Upstream.BaseUrl, RetryPolicy = new ClientRetryPolicy(0) };

    private async Task<(string Text, string? FinishReason, (int?, int?)? Usage, IEnumerable<(string?, string?, string?)> Calls)> ReadAsync()
    {
        var text = "";
        string? reason = null;
        (int?, int?)? usage = null;
        var calls = new SortedDictionary<int, (string? Id, string? Name, string? Arguments)>();
        await foreach (var update in new ChatClient("tiny", Key, Options()).CompleteChatStreamingAsync([new UserChatMessage("Say hello")]))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            reason = update.FinishReason is { } known ? Word(known) : reason;
            usage = update.Usage is { } counted ? (counted.InputTokenCount, counted.OutputTokenCount) : usage;
            foreach (var call in update.ToolCallUpdates)
            {
                calls.TryGetValue(call.Index, out var so);
                calls[call.Index] = (so.Id ?? call.ToolCallId, so.Name ?? call.FunctionName, so.Arguments + call.FunctionArgumentsUpdate);
            }
        }

        return (text, reason, usage, calls.Values.Select(call => (call.Id, call.Name, call.Arguments)));
    }

    private static string Word(ChatFinishReason reason) => reason switch
    {
        ChatFinishReason.Stop => "stop",
        ChatFinishReason.Length => "length",
        ChatFinishReason.ContentFilter => "content_filter",
        ChatFinishReason.ToolCalls => "tool_calls",
        _ => "another",
    };
}
