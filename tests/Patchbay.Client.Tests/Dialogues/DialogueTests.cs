using System.Text.Json.Nodes;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Dialogues;

/// <summary>What all three clients do alike.</summary>
public class DialogueTests
{
    private static readonly JsonObject Openings = Read("openings.json");

    public static TheoryData<string> ForClients =>
        [.. Directory.GetFiles(Repository.At("conformance", "dialogues"), "*-*.json").Select(path => Path.GetFileName(path))
            .Where(name => Read(name)["for"]!.AsArray().Any(side => (string?)side == "client")).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(ForClients))]
    public async Task A_dialogue_is_held(string name)
    {
        await using var runner = new DialogueRunner(Read(name), Openings);
        await runner.PlayAsync();
    }

    private static JsonObject Read(string name) => JsonNode.Parse(File.ReadAllText(Repository.At("conformance", "dialogues", name)))!.AsObject();
}
