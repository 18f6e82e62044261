using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Tests.Conformance;

namespace Patchbay.Protocol.Tests.Fuzzing;

/// <summary>Spoiled messages: no crash, no hang, and nothing accepted that a strict reader refuses.</summary>
/// <remarks><c>PATCHBAY_SEED</c> repeats a run; <c>PATCHBAY_LONG=1</c> runs all of the million with a seed of its own.</remarks>
public partial class ReaderFuzzTests
{
    private const int All = 1_000_000;
    private const int Least = 200_000;
    private const int Compared = 30_000;
    private const int FixedSeed = 20_260_301;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(60);

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("PATCHBAY_LONG") == "1";

    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("PATCHBAY_SEED"), out var seed) ? seed : IsLong ? Environment.TickCount : FixedSeed;

    /// <summary>Whatever is accepted is also JSON without duplicates for the framework's parser, has an id of the right form and a place in the table of types.</summary>
    [Fact]
    public void Spoiled_messages_end_in_a_message_or_an_error_and_never_in_a_crash()
    {
        var grammar = new MessageGrammar(Seed);
        var started = TimeProvider.System.GetTimestamp();
        var accepted = 0;
        var count = 0;
        while (count < All && (IsLong || count < Least || TimeProvider.System.GetElapsedTime(started) < Time))
        {
            var text = grammar.Next();
            try
            {
                accepted += Accepted(text);
            }
            catch (Exception fault)
            {
                Assert.Fail($"seed {Seed}, message {count}: {Encoding.UTF8.GetString(text)}\n{fault}");
            }

            count++;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: {count} texts, {accepted} messages accepted");
        // A generator that makes nothing but rubbish, or nothing wrong, would prove nothing.
        Assert.InRange(accepted, count / 20, count * 2);
    }

    [Fact]
    public async Task Every_verdict_is_that_of_the_second_reader()
    {
        var grammar = new MessageGrammar(Seed + 1);
        var texts = Enumerable.Range(0, Compared).Select(_ => grammar.Next()).ToArray();

        var verdicts = await SecondReader.JudgeAsync(texts);

        Assert.Equal(texts.Length, verdicts.Count);
        var differences = texts.Zip(verdicts).Select(pair => Difference(pair.First, pair.Second)).OfType<string>().Take(10).ToArray();
        Assert.True(differences.Length == 0, $"seed {Seed}\n{string.Join('\n', differences)}");
    }

    private static int Accepted(byte[] text)
    {
        var reading = Reading.Of(text);
        var accepted = reading.Elements.Count(element => element.Error is null);
        if (reading.Whole is not null)
            return 0;
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 32 });
        foreach (var element in reading.Elements.Where(element => element.Error is null))
        {
            var form = element.Dialect == Dialect.Compact ? CompactId() : MessageId();
            if (!form.IsMatch(element.Message!.Id))
                throw new InvalidOperationException($"The id {element.Message.Id} was accepted.");
            _ = Told.Of(element.Message);
        }

        return accepted;
    }

    private static string? Difference(byte[] text, JsonObject verdict)
    {
        var reading = Reading.Of(text);
        if (verdict["whole"] is { } whole)
            return reading.Whole is null ? $"refused as a whole by the second reader ({whole}): {Encoding.UTF8.GetString(text)}" : null;
        if (reading.Whole is { } refused)
            return $"refused as a whole by the first reader ({refused.Message}): {Encoding.UTF8.GetString(text)}";
        return verdict["elements"]!.AsArray().Zip(reading.Elements).Select(pair => Difference(pair.First!.AsObject(), pair.Second)).FirstOrDefault(found => found is not null) is { } difference
            ? $"{difference}: {Encoding.UTF8.GetString(text)}"
            : null;
    }

    private static string? Difference(JsonObject wanted, ReadOutcome found)
    {
        if (wanted["message"] is JsonObject message)
        {
            if (found.Error is { } error)
                return $"refused by the first reader only ({error.Message})";
            var kept = Told.Kept(message);
            var told = Told.Of(found.Message!);
            return Told.Same(kept, told) ? null : $"wanted {kept.ToJsonString()}, found {told.ToJsonString()}";
        }

        if (found.Error is null)
            return $"refused by the second reader only ({wanted.ToJsonString()})";
        var same = (string?)wanted["error_code"] == found.Error.Code.Name
            && (string?)wanted["request_id"] == found.RequestId
            && (string?)wanted["dialect"] == (found.Dialect == Dialect.Compact ? "compact" : "envelope");
        return same ? null : $"wanted {wanted.ToJsonString()}, found {found.Error.Code} for {found.RequestId ?? "null"} in {found.Dialect}";
    }

    [GeneratedRegex("^(req|evt|err|diag|hb)-[A-Za-z0-9][A-Za-z0-9._:-]{0,59}\\z")]
    private static partial Regex MessageId();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\\z")]
    private static partial Regex CompactId();
}
