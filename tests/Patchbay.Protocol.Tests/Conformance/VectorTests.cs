using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Limits;
using Patchbay.Testing;

namespace Patchbay.Protocol.Tests.Conformance;

/// <summary>Every vector through the reader. The requirements stand in the vectors.</summary>
public class VectorTests
{
    public static TheoryData<string> Accepted => Names("accept");

    public static TheoryData<string> Rejected => Names("reject");

    [Theory]
    [MemberData(nameof(Accepted))]
    public void An_accepted_vector_gives_the_messages_it_tells(string name)
    {
        var (told, reading) = Read("accept", name);

        Assert.Null(reading.Whole);
        Assert.Equal((bool)told["batch"]!, reading.IsBatch);
        var messages = told["messages"]!.AsArray();
        Assert.Equal(messages.Count, reading.Elements.Count);
        foreach (var (wanted, found) in messages.Zip(reading.Elements))
        {
            Assert.Null(found.Error);
            var kept = Told.Kept(wanted!.AsObject());
            var got = Told.Of(found.Message!);
            Assert.True(Told.Same(kept, got), $"wanted {kept.ToJsonString()}\n   got {got.ToJsonString()}");
        }
    }

    [Theory]
    [MemberData(nameof(Rejected))]
    public void A_rejected_vector_is_refused_as_it_tells(string name)
    {
        var (told, reading) = Read("reject", name);

        if (told["whole"] is JsonObject whole)
        {
            Assert.Equal((string?)whole["error_code"], reading.Whole?.Code.Name);
            return;
        }

        Assert.Null(reading.Whole);
        var elements = told["elements"]!.AsArray();
        Assert.Equal(elements.Count, reading.Elements.Count);
        foreach (var (wanted, found) in elements.Zip(reading.Elements))
            CheckElement(wanted!.AsObject(), found);
    }

    private static void CheckElement(JsonObject wanted, ReadOutcome found)
    {
        if ((bool?)wanted["accepted"] == true)
        {
            Assert.Null(found.Error);
            Assert.Equal((string?)wanted["id"], found.Message!.Id);
            return;
        }

        Assert.Equal((string?)wanted["error_code"], found.Error?.Code.Name);
        Assert.Equal((string?)wanted["request_id"], found.RequestId);
        Assert.Equal((string?)wanted["dialect"], found.Dialect == Dialect.Compact ? "compact" : "envelope");
        if (wanted["field"] is { } field)
            Assert.Equal((string?)field, (string?)found.Error!.Details?["field"]);
        if (wanted["supported"] is { } supported)
            Assert.True(JsonNode.DeepEquals(supported, found.Error!.Details?["supported"]));
    }

    private static (JsonObject Told, Reading Reading) Read(string side, string name)
    {
        var path = Repository.At("conformance", "vectors", side, name);
        var told = JsonNode.Parse(File.ReadAllBytes(path + ".json"))!.AsObject();
        var limits = told["limits"] is { } own ? new ProtocolLimits { MaxBatch = (int)own["max_batch"]! } : ProtocolLimits.Default;
        return (told, Reading.Of(File.ReadAllBytes(path + ".msg"), limits));
    }

    private static TheoryData<string> Names(string side) =>
        [.. Directory.GetFiles(Repository.At("conformance", "vectors", side), "*.msg").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];
}
