using Patchbay.Testing.Models;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Tests.Calls;

/// <summary>The key of an upstream reaches the upstream and nothing else.</summary>
public class SecretTests : UpstreamTest
{
    private const string Key = "upstream-key-that-must-not-leak-0001";

    public static TheoryData<string, Func<UpstreamExchange, Task>> Echoes => new()
    {
        { "a refusal", exchange => exchange.JsonAsync($$$"""{"error":{"message":"bad key {{{Key}}}","code":"{{{Key}}}"}}""", 401) },
        { "a page", exchange => exchange.BodyAsync(System.Text.Encoding.UTF8.GetBytes($"<html>Authorization: Bearer {Key}"), "text/html") },
        { "a failure", exchange => exchange.BodyAsync(System.Text.Encoding.UTF8.GetBytes($"trace: {Key}"), "text/plain", 500) },
        { "an event", exchange => exchange.EventsAsync($$$"""{"error":{"message":"{{{Key}}}","type":"{{{Key}}}"}}""") },
        { "garbage", exchange => exchange.EventsAsync($"no json {Key}") },
        { "names", exchange =>
            {
                exchange.Header("x-request-id", Key);
                return exchange.EventsAsync($$"""{"model":"{{Key}}","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"{{Key}}"}]}""", Chunk.Done);
            }
        },
    };

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task What_a_server_echoes_is_taken_out(string what, Func<UpstreamExchange, Task> script)
    {
        Assert.NotEmpty(what);
        Upstream.OnChat(script);
        using var room = ModelRoom.Of(Upstream, null, ("ApiKey", Key), ("MaxRetries", "0"));
        var outcome = await room.ChatAsync();

        Assert.Equal($"Bearer {Key}", Upstream.Chats[0].Headers["Authorization"]);
        Assert.DoesNotContain(Key, outcome.Error is null ? outcome.Result.ToJsonString() : outcome.ErrorText);
        Assert.DoesNotContain(room.Log.Lines, line => line.Contains(Key, StringComparison.Ordinal));
        // What was asked and what was answered are in no log either.
        Assert.DoesNotContain(room.Log.Lines, line => line.Contains("Say hello", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_in_a_file_is_read_for_every_call_and_a_missing_one_is_told_without_its_path()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "first-key-0001\n");
            using var room = ModelRoom.Of(Upstream, null, ("ApiKeyFile", file), ("Models:0:Id", "tiny"));
            await room.ChatAsync();
            await File.WriteAllTextAsync(file, "second-key-0002");
            await room.ChatAsync();
            File.Delete(file);
            var outcome = await room.ChatAsync();

            Assert.Equal(["Bearer first-key-0001", "Bearer second-key-0002"], Upstream.Chats.Select(exchange => exchange.Headers["Authorization"]));
            Assert.Equal("key_unavailable", outcome.Reason);
            Assert.DoesNotContain(file, outcome.ErrorText);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Without_a_key_none_is_sent()
    {
        await AskAsync();

        Assert.False(Upstream.Chats[0].Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task A_key_over_plain_http_to_another_machine_is_warned_of_once()
    {
        using var far = ModelRoom.With(null, ("Upstreams:up:BaseUrl", "http://models.example/v1"), ("Upstreams:up:ApiKey", Key), ("Upstreams:up:Discover", "false"), ("Upstreams:up:Models:0:Id", "x"));
        await far.CallAsync("models/list", "{}");
        Assert.Single(far.Log.Lines, line => line.StartsWith("8000 ", StringComparison.Ordinal));
        using var near = ModelRoom.Of(Upstream, null, ("ApiKey", Key));
        await near.CallAsync("models/list", "{}");
        Assert.DoesNotContain(near.Log.Lines, line => line.StartsWith("8000 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Incorrect API key provided: sk-proj-abc123***xyz.", "Incorrect API key provided: [redacted]")]
    [InlineData("sent Bearer abc.def-ghi to", "sent [redacted] to")]
    [InlineData("line one\nline\ttwo\0", "line one line two")]
    [InlineData("risk-free and asking", "risk-free and asking")]
    [InlineData("   ", null)]
    [InlineData(null, null)]
    public void Excerpts_are_harmless(string? text, string? expected) => Assert.Equal(expected, new Redactor(null).Clean(text));

    [Fact]
    public void Excerpts_are_short_and_whole_characters()
    {
        var clean = new Redactor(null).Clean("a" + new string('x', 498) + "🌍🌍")!;

        Assert.Equal("a" + new string('x', 498) + "…", clean);
        Assert.InRange(new Redactor("k").Clean(new string('b', 1_000_000))!.Length, 1, Redactor.MaxChars + 1);
    }
}
