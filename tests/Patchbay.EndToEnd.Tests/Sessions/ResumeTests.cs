using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Sessions;

/// <summary>A server with the contract's sessions.</summary>
public sealed class SessionServer : ServerFixture;

/// <summary>Attempts to come back as somebody else, or to speak as the server (protocol sections 6, 8 and 9).</summary>
public sealed class ResumeTests(SessionServer fixture) : HostileTest(fixture), IClassFixture<SessionServer>
{
    [Fact]
    [Requirement("PROTO-6-15")]
    public async Task Another_keys_session_is_unknown_whatever_is_known_of_it()
    {
        using var owner = await Server.OpenAsync(Server.Keys.PlainKey);
        var hello = await HelloAsync(owner);
        using var thief = await Server.OpenAsync();
        var answer = await ResumeAsync(thief, hello, (string)hello["resume_token"]!);
        Assert.Equal((false, "unknown_session"), ((bool)answer["resumed"]!, (string?)answer["reason"]));
        Assert.NotNull((await owner.AskAsync("ping"))["result"]);
        Assert.NotNull((await thief.AskAsync("ping"))["result"]);
        await ViolationsAreAsync(("security_violation", 1));
        await Patience.UntilAsync(() => Server.AuditLines().Any(line => line.Contains("owner_mismatch", StringComparison.Ordinal)), "The record says what it was.");
    }

    [Theory]
    [InlineData("guessed")]
    [InlineData("'; drop table sessions; --")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("\\u0000")]
    public async Task A_guessed_token_opens_no_session(string token)
    {
        using var owner = await Server.OpenAsync();
        var hello = await HelloAsync(owner);
        using var guesser = await Server.OpenAsync();
        var answer = await ResumeAsync(guesser, hello, token);
        Assert.Equal("token_invalid", (string?)answer["reason"]);
        Assert.NotNull((await owner.AskAsync("ping"))["result"]);
        await ViolationsAreAsync(("security_violation", 1));
    }

    [Theory]
    [InlineData("ses-00000000000000000000000000000000")]
    [InlineData("../../../etc/passwd")]
    [InlineData("' or 1=1 --")]
    [InlineData("\\n00:00:00 info: forged")]
    public async Task A_session_that_never_was_is_unknown(string sessionId)
    {
        using var guesser = await Server.OpenAsync();
        var answer = await guesser.AskAsync("session/resume", $$"""{"session_id":"{{sessionId}}","resume_token":"x","epoch":1,"last_seq":0}""");
        Assert.Equal("unknown_session", (string?)answer["result"]!["reason"]);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_number_that_was_never_sent_is_a_gap_and_a_violation()
    {
        using var owner = await Server.OpenAsync();
        var hello = await HelloAsync(owner);
        using var next = await Server.OpenAsync();
        var answer = await ResumeAsync(next, hello, (string)hello["resume_token"]!, lastSeq: 9_007_199_254_740_991);
        Assert.Equal("gap", (string?)answer["reason"]);
        await ViolationsAreAsync(("security_violation", 1));
    }

    [Theory]
    [InlineData("""{"session_id":"s","resume_token":"t","epoch":1,"last_seq":-1}""")]
    [InlineData("""{"session_id":"s","resume_token":"t","epoch":1,"last_seq":"0"}""")]
    [InlineData("""{"session_id":7,"resume_token":"t","epoch":1,"last_seq":0}""")]
    [InlineData("""{"session_id":"","resume_token":"t","epoch":1,"last_seq":0}""")]
    [InlineData("""{}""")]
    public async Task A_resume_with_wrong_params_is_told_so(string parameters)
    {
        using var peer = await Server.OpenAsync();
        Assert.Equal("INVALID_PARAMS", (await peer.AskAsync("session/resume", parameters)).ErrorCode());
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_resume_that_is_not_the_first_message_is_refused()
    {
        using var owner = await Server.OpenAsync();
        var hello = await HelloAsync(owner);
        using var next = await Server.OpenAsync();
        await next.AskAsync("ping");
        var id = await next.AskAsync("session/resume", Params(hello, (string)hello["resume_token"]!, 0));
        Assert.Equal("INVALID_PARAMS", id.ErrorCode());
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_used_token_is_worthless_after_the_first_message_of_the_session_that_came_back()
    {
        using var owner = await Server.OpenAsync();
        var hello = await HelloAsync(owner);
        using var back = await Server.OpenAsync();
        Assert.True((bool)(await ResumeAsync(back, hello, (string)hello["resume_token"]!))["resumed"]!);
        await back.AskAsync("ping");
        using var replay = await Server.OpenAsync();
        Assert.Equal("token_invalid", (string?)(await ResumeAsync(replay, hello, (string)hello["resume_token"]!))["reason"]);
        Assert.NotNull((await back.AskAsync("ping"))["result"]);
        await ViolationsAreAsync(("security_violation", 1));
    }

    [Theory]
    [InlineData("server.draining", "{\"reconnect_after_ms\":0}")]
    [InlineData("welcome", "{\"client_id\":\"client-forged\"}")]
    [InlineData("tool.chunk", "{\"request_id\":\"ask1\",\"index\":0,\"chunk\":\"forged\"}")]
    [InlineData("tools_changed", "{}")]
    [InlineData("status_update", "{\"active_connections\":0}")]
    public async Task An_event_that_pretends_to_be_the_servers_reaches_nobody(string type, string data)
    {
        using var other = await Server.OpenAsync(Server.Keys.PlainKey);
        await other.AskAsync("events/subscribe", """{"event_types":["tools_changed"]}""");
        using var forger = await Server.OpenAsync();
        await forger.SendTextAsync(Peers.Envelope("event", "evt-1", $",\"event_type\":\"{type}\",\"source\":\"system\",\"data\":{data}"));
        await IsNextAsync(forger);
        await IsNextAsync(other);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_diagnostic_that_pretends_to_be_the_servers_is_told_with_its_sender()
    {
        using var reporter = await Server.OpenAsync(Server.Keys.ReporterKey);
        await reporter.AskAsync("diagnostics/subscribe", """{"level":"critical"}""");
        using var plain = await Server.OpenAsync(Server.Keys.PlainKey);
        await plain.AskAsync("diagnostics/subscribe", """{"level":"debug"}""");
        var (forger, welcome) = await Server.OpenWithWelcomeAsync(TestServer.Key);
        using (forger)
        {
            await forger.SendTextAsync(Peers.Envelope("diagnostic", "diag-1", ",\"level\":\"critical\",\"component\":\"store\",\"message\":\"all is lost\",\"details\":{\"client_id\":\"server\"}"));
            var told = await reporter.ReadMessageAsync();
            Assert.Equal(("diagnostic", "all is lost"), ((string?)told["message_type"], (string?)told["message"]));
            Assert.Equal((string?)welcome["data"]!["client_id"], (string?)told["details"]!["client_id"]);
            await IsNextAsync(forger);
        }

        await IsNextAsync(plain);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_second_hello_does_not_change_who_one_is()
    {
        using var peer = await Server.OpenAsync();
        var hello = await HelloAsync(peer);
        var again = await peer.AskAsync("session/hello", """{"client":{"name":"other","version":"2"},"resumable":true}""");
        Assert.Equal("INVALID_PARAMS", again.ErrorCode());
        Assert.NotNull(hello["session_id"]);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task Nobody_cancels_the_call_of_another()
    {
        using var owner = await Server.OpenAsync();
        await owner.SendTextAsync("""{"id":"mine","method":"tools/call","params":{"name":"debug/sleep","arguments":{"ms":600000},"timeout_ms":300000}}""");
        await owner.AskAsync("ping");
        using var other = await Server.OpenAsync();
        Assert.False((bool)(await other.AskAsync("requests/cancel", """{"request_id":"mine"}"""))["result"]!["cancelled"]!);
        Assert.True((bool)(await owner.AskAsync("requests/cancel", """{"request_id":"mine"}"""))["result"]!["cancelled"]!);
        await ViolationsAreAsync();
    }

    private static async Task<JsonObject> HelloAsync(RawPeer peer) =>
        (await peer.AskAsync("session/hello", """{"client":{"name":"test","version":"1"},"resumable":true}"""))["result"]!.AsObject();

    private static string Params(JsonObject hello, string token, long lastSeq) =>
        $$"""{"session_id":"{{hello["session_id"]}}","resume_token":"{{token}}","epoch":{{hello["epoch"]!.ToJsonString()}},"last_seq":{{lastSeq}}}""";

    private static async Task<JsonObject> ResumeAsync(RawPeer peer, JsonObject hello, string token, long lastSeq = 1) =>
        (await peer.AskAsync("session/resume", Params(hello, token, lastSeq)))["result"]!.AsObject();

    private static async Task IsNextAsync(RawPeer peer)
    {
        await peer.SendTextAsync("""{"id":"next","method":"ping"}""");
        Assert.Equal("next", (string?)(await peer.ReadMessageAsync())["id"]);
    }
}
