using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Operator;

/// <summary>A server an operator works beside.</summary>
public sealed class OperatedServer : ServerFixture
{
    protected override (string Name, string Value)[] Settings => [("TrustedProxies__0", "127.0.0.1")];
}

/// <summary>The operator's commands beside a running server, which obeys within five seconds (protocol section 8).</summary>
public sealed class OperatorTests(OperatedServer fixture) : HostileTest(fixture), IClassFixture<OperatedServer>
{
    private static readonly TimeSpan Obeyed = TimeSpan.FromSeconds(5);

    [Fact]
    [Requirement("PROTO-8-26", "PROTO-8-28", "PROTO-8-29")]
    public async Task A_key_works_within_five_seconds_and_revoking_it_closes_its_sockets_with_4401()
    {
        var (id, key) = await HostProgram.CreateKeyAsync(Server.Data, "--name", "guest");
        await OpensAsync(key);
        using var peer = await Server.OpenAsync(key);
        using var other = await Server.OpenAsync();

        Assert.Equal(0, (await HostProgram.RunAsync(Server.Data, "keys", "revoke", id, "--json")).ExitCode);
        var since = TimeProvider.System.GetTimestamp();
        var (close, before) = await peer.ReadToEndAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, Obeyed);
        Assert.Equal(4401, close.CloseCode);
        Assert.Equal("INVALID_API_KEY", Assert.Single(before).Kept().ErrorCode());
        Assert.Equal(401, (await Server.GetAsync("/api/mcp/status", key)).Status);
        Assert.NotNull((await other.AskAsync("ping"))["result"]);
        Assert.Equal("revoked", (string?)(await HostProgram.RunAsync(Server.Data, "keys", "show", id, "--json")).Json["state"]);
    }

    [Fact]
    [Requirement("PROTO-8-27")]
    public async Task A_rotated_key_has_two_secrets_and_keeps_its_sockets()
    {
        var (id, former) = await HostProgram.CreateKeyAsync(Server.Data, "--name", "rotated");
        await OpensAsync(former);
        using var peer = await Server.OpenAsync(former);
        var rotated = await HostProgram.RunAsync(Server.Data, "keys", "rotate", id, "--json");
        Assert.Equal(0, rotated.ExitCode);
        var key = Evidence.Secret((string)rotated.Json["key"]!, "a key");

        Assert.NotEqual(former, key);
        await OpensAsync(key);
        await OpensAsync(former);
        Assert.NotNull((await peer.AskAsync("ping"))["result"]);
    }

    [Fact]
    [Requirement("PROTO-8-29")]
    public async Task An_expired_key_closes_its_sockets_and_opens_no_more()
    {
        // Long enough that it still lives when the server has seen it.
        var (_, key) = await HostProgram.CreateKeyAsync(Server.Data, "--name", "brief", "--expires-in", "8s");
        await OpensAsync(key);
        using var peer = await Server.OpenAsync(key);
        Assert.Equal(4401, (await peer.ReadToEndAsync()).Close.CloseCode);
        Assert.Equal(401, (await Server.GetAsync("/api/mcp/status", key)).Status);
    }

    [Fact]
    [Requirement("PROTO-10-26", "PROTO-11-03")]
    public async Task A_scope_hides_the_tools_it_does_not_name_and_refuses_them()
    {
        using var reporter = await Server.OpenAsync(Server.Keys.ReporterKey);
        Assert.Empty((await reporter.AskAsync("tools/list"))["result"]!["tools"]!.AsArray());
        var refused = await reporter.CallAsync("debug/append", """{"line":"not written"}""");
        Assert.Equal("UNAUTHORIZED_ACCESS", refused.ErrorCode());
        Assert.False(File.Exists(Path.Combine(Server.Data, "debug.log")));
        using var plain = await Server.OpenAsync(Server.Keys.PlainKey);
        Assert.Contains((await plain.AskAsync("tools/list"))["result"]!["tools"]!.AsArray(), tool => (string?)tool!["name"] == "debug/echo");
        await ViolationsAreAsync(("unauthorized_access", 1));
    }

    [Fact]
    [Requirement("PROTO-1-04", "PROTO-9-04")]
    public async Task Reports_are_for_keys_with_their_scope_and_cover_what_the_key_may_see()
    {
        using var reporter = await Server.OpenAsync(Server.Keys.ReporterKey);
        var before = (await reporter.AskAsync("diagnostics/report"))["result"]!["error_summary"]!;
        using var plain = await Server.OpenAsync(Server.Keys.PlainKey);
        Assert.Equal("UNAUTHORIZED_ACCESS", (await plain.AskAsync("diagnostics/report")).ErrorCode());
        var (status, body) = await Server.GetAsync("/api/mcp/diagnostics", Server.Keys.PlainKey);
        Assert.Equal((403, "UNAUTHORIZED_ACCESS"), (status, body.ErrorCode()));
        Assert.Equal(401, (await Server.GetAsync("/api/mcp/diagnostics", key: null)).Status);

        var own = (await reporter.AskAsync("diagnostics/report"))["result"]!;
        Assert.Equal(1, (int)own["active_connections"]!);
        Assert.True(JsonNode.DeepEquals(before, own["error_summary"]));
        using var admin = await Server.OpenAsync();
        var whole = (await admin.AskAsync("diagnostics/report"))["result"]!;
        Assert.True((int)whole["active_connections"]! >= 3);
        Assert.True((int)whole["error_summary"]!["violation_types"]!["unauthorized_access"]! >= 2);
        await ViolationsAreAsync(("unauthorized_access", 2), ("invalid_api_key", 1));
    }

    [Fact]
    [Requirement("PROTO-8-18")]
    public async Task A_violation_is_told_to_those_who_subscribed_and_may_know()
    {
        using var reporter = await Server.OpenAsync(Server.Keys.ReporterKey);
        await reporter.AskAsync("diagnostics/subscribe", """{"components":["violations"]}""");
        var (attacker, welcome) = await Server.OpenWithWelcomeAsync(TestServer.Key);
        using (attacker)
        {
            await attacker.SendTextAsync("{");
            var told = await reporter.ReadMessageAsync();
            Assert.Equal(("diagnostic", "warning", "violations"), ((string?)told["message_type"], (string?)told["level"], (string?)told["component"]));
            Assert.Equal((string?)welcome["data"]!["client_id"], (string?)told["details"]!["client_id"]);
            Assert.Equal("invalid_message", (string?)told["details"]!["type"]);
        }

        await ViolationsAreAsync(("invalid_message", 1));
    }

    [Fact]
    [Requirement("PROTO-8-06")]
    public async Task A_key_may_have_a_limit_of_its_own()
    {
        var (_, key) = await HostProgram.CreateKeyAsync(Server.Data, "--name", "slow", "--limit", "2");
        await OpensAsync(key);
        var (peer, welcome) = await Server.OpenWithWelcomeAsync(key);
        using var owner = peer;
        Assert.Equal(2, (int)welcome["data"]!["limits"]!["messages_per_minute"]!);
        Assert.NotNull((await peer.AskAsync("ping"))["result"]);
        Assert.NotNull((await peer.AskAsync("ping"))["result"]);
        var refused = await peer.AskAsync("ping");
        Assert.Equal(("RATE_LIMIT_EXCEEDED", 2), (refused.ErrorCode(), (int)refused.Details()["limit"]!));
        // Nobody else here sends beyond a limit.
        Assert.Equal(1, (await Server.ViolationsAsync())["rate_limit_exceeded"]);
    }

    [Theory]
    [InlineData("keys", "create", "--name", "a\nb")]
    [InlineData("keys", "create", "--name", "\u001b[31m")]
    [InlineData("keys", "create", "--name", "a", "--scopes", "everything")]
    [InlineData("keys", "create", "--name", "a", "--expires-in", "-1s")]
    [InlineData("keys", "create", "--name", "a", "--limit", "0")]
    [InlineData("keys", "show", "nobody")]
    [InlineData("keys", "revoke", "' or 1=1 --")]
    [InlineData("keys", "rotate", "../pepper")]
    public async Task A_command_that_cannot_be_carried_out_says_so_in_one_line(params string[] arguments)
    {
        var outcome = await HostProgram.RunAsync(Server.Data, arguments);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.StartsWith("patchbay: ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(outcome.Error, character => char.IsControl(character) && character != '\n');
        Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    [Requirement("PROTO-8-27")]
    public async Task A_line_taken_out_of_the_audit_log_or_changed_in_it_is_found()
    {
        Assert.True((bool)(await VerifyAsync(Server.Data, expected: 0))["intact"]!);
        var copy = Directory.CreateTempSubdirectory("patchbay-audit-");
        try
        {
            var lines = Server.AuditLines();
            Assert.InRange(lines.Length, 3, int.MaxValue);
            var file = Path.Combine(copy.FullName, "audit.jsonl");
            await File.WriteAllTextAsync(file, string.Join('\n', lines.Where((_, i) => i != 1)) + "\n");
            await VerifyAsync(copy.FullName, expected: 2);
            lines[1] = lines[1].Replace("\"outcome\":\"ok\"", "\"outcome\":\"no\"", StringComparison.Ordinal).Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, string.Join('\n', lines) + "\n");
            await VerifyAsync(copy.FullName, expected: 2);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Keys_live_through_a_restart_and_revoked_ones_stay_revoked()
    {
        await using var first = await ServerProcess.StartAsync();
        var kept = await HostProgram.CreateKeyAsync(first.Data, "--name", "kept");
        var gone = await HostProgram.CreateKeyAsync(first.Data, "--name", "gone");
        await HostProgram.RunAsync(first.Data, "keys", "revoke", gone.Id);
        Assert.Equal(0, await first.StopAsync());
        await using var second = await ServerProcess.StartOnAsync(first.Data, ownsData: false);
        Assert.Equal(200, (await second.GetAsync("/api/mcp/status", kept.Key)).Status);
        Assert.Equal(401, (await second.GetAsync("/api/mcp/status", gone.Key)).Status);
        Assert.Equal(4, (await HostProgram.RunAsync(first.Data, "keys", "list", "--json")).Json.AsArray().Count);
    }

    private static async Task<JsonNode> VerifyAsync(string data, int expected)
    {
        var report = await HostProgram.RunAsync(data, "audit", "verify", "--json");
        Assert.True(report.ExitCode == expected, report.Output + report.Error);
        return report.Json;
    }

    private async Task OpensAsync(string key)
    {
        var since = TimeProvider.System.GetTimestamp();
        var status = 0;
        // Each time from another address: ten keys that are not known yet would shut one out.
        for (var i = 1; status != 200 && TimeProvider.System.GetElapsedTime(since) < Obeyed; i++)
            status = (await Server.GetAsync("/api/mcp/status", key, $"10.2.{i / 250}.{(i % 250) + 1}")).Status;
        Assert.Equal(200, status);
    }
}
