using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests;

/// <summary>Collections that run alone run after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AfterAllOthers
{
    public const string Name = "after all others";
}

/// <summary>What the servers of the whole run have let out: logs, audit logs, errors, reports, status and the operator's output.</summary>
[Collection(AfterAllOthers.Name)]
public sealed class SecretsTests
{
    [Fact]
    public void A_leak_would_be_found() => Assert.Equal(
        ["a key in a log"],
        Evidence.Leaks(new Dictionary<string, string> { ["secret-1"] = "a key", ["secret-2"] = "a ticket" }, [("a log", "GET /?key=secret-1"), ("a report", "{}")]));

    [Fact]
    [Requirement("PROTO-8-20")]
    public async Task No_key_ticket_resume_token_or_pepper_is_in_anything_the_servers_let_out()
    {
        // A run of its own, so that there is something to look at also when this test runs alone; its log tells everything it can.
        await using (var server = await ServerProcess.StartAsync(("Logging__LogLevel__Default", "Trace")))
        {
            Evidence.Secret(Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(server.Data, "pepper"))), "the pepper");
            using var peer = await server.OpenAsync(server.Keys.PlainKey);
            await peer.AskAsync("session/hello", """{"client":{"name":"test","version":"1"},"resumable":true}""");
            await peer.CallAsync("debug/fail", """{"message":"wrong"}""");
            using var stranger = await RawPeer.ConnectAsync(server.Url);
            var wrong = Evidence.Secret("pb_wrong-key-of-a-stranger-0001", "a wrong key");
            Evidence.Keep("an HTTP answer", (await stranger.HandshakeAsync(new Dictionary<string, string?> { ["X-API-Key"] = wrong })).Body);
            using var guesser = await RawPeer.ConnectAsync(server.Url);
            var guess = Evidence.Secret("a-ticket-that-somebody-has-guessed-0000000001", "a guessed ticket");
            Evidence.Keep("an HTTP answer", (await guesser.HandshakeAsync(new Dictionary<string, string?> { ["X-API-Key"] = null }, "/api/mcp/ws?ticket=" + guess)).Body);
            await server.GetAsync("/api/mcp/status");
            await server.GetAsync("/api/mcp/diagnostics");
        }

        Assert.Contains(Evidence.All, text => text.Where == "audit.jsonl" && text.Text.Contains("key_refused", StringComparison.Ordinal));
        Assert.Contains(Evidence.All, text => text.Where == "standard output and error" && text.Text.Contains("Patchbay listens on", StringComparison.Ordinal));
        Assert.Empty(Evidence.Leaks().Distinct());
        Evidence.Write();
    }
}
