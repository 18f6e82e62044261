using System.Text.Json.Nodes;

namespace Patchbay.EndToEnd.Tests.Dialogues;

/// <summary>The dialogues of <c>conformance/dialogues</c>, played against a real server; each cites its own requirements.</summary>
public sealed class DialogueTests
{
    private static readonly string Folder = Repository.At("conformance", "dialogues");

    private static readonly JsonObject Openings = Read("openings.json");

    /// <summary>The files that are for the server.</summary>
    public static TheoryData<string> Files { get; } = new(
        Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)!).Where(IsForServer).Order(StringComparer.Ordinal));

    [Fact]
    public void There_are_dialogues_for_the_server() => Assert.InRange(Files.Count, 69, 1_000);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_server_speaks_as_the_dialogue_says(string file)
    {
        var dialogue = Read(file);
        var settings = new Dictionary<string, string> { ["RateLimit:MessagesPerMinute"] = "100" };
        foreach (var (name, value) in dialogue["settings"]?.AsObject() ?? [])
            settings[name["Patchbay__".Length..].Replace("__", ":", StringComparison.Ordinal)] = (string)value!;
        await using var server = await TestServer.StartAsync(time: null, [.. settings.Select(setting => (setting.Key, setting.Value))]);
        using var runner = new DialogueRunner(server.Url);
        await runner.PlayAsync(Openings[(string)dialogue["opening"]!]!.AsArray());
        await runner.PlayAsync(dialogue["steps"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"from":"server","message":{"id":"$same:p","result":{"time":"tomorrow"}}}""")]
    [InlineData("""{"from":"server","message":{"id":"$same:p","result":{"time":"$number"}}}""")]
    [InlineData("""{"from":"server","message":{"id":"$same:p","result":"$absent"}}""")]
    [InlineData("""{"from":"server","message":{"id":"$same:p","result":{"time":"$time"},"metrics":"$object"}}""")]
    [InlineData("""{"fault":"close","from":"server","code":1000}""")]
    public async Task A_server_that_speaks_otherwise_fails_the_dialogue(string awaited)
    {
        await using var server = await TestServer.StartAsync();
        using var runner = new DialogueRunner(server.Url);
        await runner.PlayAsync([JsonNode.Parse("""{"connect":{}}"""), JsonNode.Parse("""{"from":"server","message":"$object"}""")]);
        await runner.PlayAsync([JsonNode.Parse("""{"from":"client","message":{"id":"$id:p","method":"ping"}}""")]);
        await Assert.ThrowsAsync<DialogueException>(() => runner.PlayAsync([JsonNode.Parse(awaited)]));
    }

    [Fact]
    public async Task Silence_is_heard_by_what_comes_next()
    {
        await using var server = await TestServer.StartAsync();
        using var runner = new DialogueRunner(server.Url);
        await runner.PlayAsync([JsonNode.Parse("""{"connect":{}}"""), JsonNode.Parse("""{"from":"client","message":{"id":"p","method":"ping"}}""")]);
        // The welcome comes before the answer.
        var fault = await Assert.ThrowsAsync<DialogueException>(() => runner.PlayAsync([JsonNode.Parse("""{"from":"server","message":{"id":"p","result":"$object"}}""")]));
        Assert.Contains("welcome", fault.Message);
    }

    private static bool IsForServer(string file) => file != "openings.json" && Read(file)["for"]!.AsArray().Any(side => (string?)side == "server");

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!.AsObject();
}
