using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Operator;

/// <summary>What an operator writes into the settings, and how the server takes it.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Patchbay__AllowedHosts__0", "exa mple.org", "Patchbay:AllowedHosts: 'exa mple.org' is no host")]
    [InlineData("Patchbay__AllowedOrigins__0", "https://example.org/path", "Patchbay:AllowedOrigins: 'https://example.org/path' is no origin")]
    [InlineData("Patchbay__TrustedProxies__0", "10.0.0.0/33", "Patchbay:TrustedProxies: '10.0.0.0/33' is neither an address nor a network")]
    [InlineData("Patchbay__RateLimit__MessagesPerMinute", "0", "MessagesPerMinute")]
    [InlineData("Patchbay__RateLimit__MessagesPerMinute", "many", "Patchbay:RateLimit:MessagesPerMinute")]
    [InlineData("PATCHBAY_CONFIG", "not-there.json", "not-there.json")]
    [Requirement("PROTO-11-05")]
    public async Task A_faulty_setting_stops_the_start_with_one_line_that_names_it(string name, string value, string told)
    {
        var data = Directory.CreateTempSubdirectory("patchbay-e2e-");
        using var server = HostProgram.Start(data.FullName, [(name, value)], "--urls", "http://127.0.0.1:0");
        var output = server.StandardOutput.ReadToEndAsync();
        var error = await server.StandardError.ReadToEndAsync().Bounded();
        await server.WaitForExitAsync().Bounded();
        data.Delete(recursive: true);
        Assert.Equal(1, server.ExitCode);
        Assert.Contains(told, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("listens", await output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operators_commands_find_the_data_directory_in_the_servers_file()
    {
        var directory = Directory.CreateTempSubdirectory("patchbay-config-");
        var data = directory.CreateSubdirectory("of-the-server");
        var file = Path.Combine(directory.FullName, "patchbay.json");
        await File.WriteAllTextAsync(file, $$$"""{"Patchbay":{"DataDirectory":"{{{data.FullName}}}"}}""");
        var start = HostProgram.Info(directory.FullName, [], "keys", "create", "--name", "a", "--config", file, "--json");
        start.Environment.Remove("Patchbay__DataDirectory");
        using (var command = System.Diagnostics.Process.Start(start)!)
        {
            Evidence.Secret((string)JsonNode.Parse(await command.StandardOutput.ReadToEndAsync().Bounded())!["key"]!, "a key");
            await command.WaitForExitAsync().Bounded();
        }

        Assert.Single((await HostProgram.RunAsync(data.FullName, "keys", "list", "--json")).Json.AsArray());
        await File.WriteAllTextAsync(file, "{");
        using var refused = System.Diagnostics.Process.Start(start)!;
        Assert.Contains(file, Assert.Single((await refused.StandardError.ReadToEndAsync().Bounded()).Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        await refused.WaitForExitAsync().Bounded();
        Assert.Equal(1, refused.ExitCode);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Changed_settings_follow_a_hangup_without_dropping_a_connection_and_faulty_ones_are_not_taken()
    {
        var directory = Directory.CreateTempSubdirectory("patchbay-config-");
        var file = Path.Combine(directory.FullName, "patchbay.json");
        await File.WriteAllTextAsync(file, """{"Patchbay":{"AllowedOrigins":["https://one.example"]}}""");
        await using (var server = await ServerProcess.StartAsync(("PATCHBAY_CONFIG", file)))
        {
            using var peer = await server.OpenAsync();
            Assert.Equal((200, 403), (await AskFromAsync(server, "https://one.example"), await AskFromAsync(server, "https://two.example")));

            await File.WriteAllTextAsync(file, """{"Patchbay":{"AllowedOrigins":["https://two.example"]}}""");
            await server.SignalAsync("HUP");
            await Patience.UntilAsync(() => server.Output.Contains("The settings were read anew", StringComparison.Ordinal), "The settings are read anew.");
            Assert.Equal((403, 200), (await AskFromAsync(server, "https://one.example"), await AskFromAsync(server, "https://two.example")));

            await File.WriteAllTextAsync(file, """{"Patchbay":{"AllowedOrigins":["nowhere"]}}""");
            await server.SignalAsync("HUP");
            await Patience.UntilAsync(() => server.Output.Contains("'nowhere' is no origin", StringComparison.Ordinal), "The fault is told.");
            await File.WriteAllTextAsync(file, "{");
            await server.SignalAsync("HUP");
            await Patience.UntilAsync(() => server.Output.Contains("cannot be taken", StringComparison.Ordinal), "The unreadable file is told.");
            Assert.Equal((403, 200), (await AskFromAsync(server, "https://one.example"), await AskFromAsync(server, "https://two.example")));
            Assert.NotNull((await peer.AskAsync("ping"))["result"]);
        }

        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Changed_limits_hold_for_the_connections_that_come_after_and_each_keeps_what_its_welcome_said()
    {
        var directory = Directory.CreateTempSubdirectory("patchbay-config-");
        var file = Path.Combine(directory.FullName, "patchbay.json");
        await File.WriteAllTextAsync(file, """{"Patchbay":{"Limits":{"MaxMessageBytes":4096,"MaxBatch":2,"MaxInFlight":1},"Heartbeat":{"IntervalSeconds":20}}}""");
        await using (var server = await ServerProcess.StartAsync(("PATCHBAY_CONFIG", file)))
        {
            var (before, first) = await server.OpenWithWelcomeAsync(TestServer.Key);
            using var owner = before;
            await File.WriteAllTextAsync(file, """{"Patchbay":{"Limits":{"MaxMessageBytes":8192,"MaxBatch":3,"MaxInFlight":2,"DefaultTimeoutMs":50},"Heartbeat":{"IntervalSeconds":25}}}""");
            await server.SignalAsync("HUP");
            await Patience.UntilAsync(() => server.Output.Contains("The settings were read anew", StringComparison.Ordinal), "The settings are read anew.");
            var (after, second) = await server.OpenWithWelcomeAsync(TestServer.Key);
            using var ownerToo = after;

            Assert.Equal((20, 4096, 2, 1), Promised(first));
            Assert.Equal((25, 8192, 3, 2), Promised(second));
            Assert.Equal((true, false), (await TakesBatchAsync(before, 2), await TakesBatchAsync(before, 3)));
            Assert.Equal((true, false), (await TakesBatchAsync(after, 3), await TakesBatchAsync(after, 4)));
            Assert.Equal((1, 2), (await PlacesAsync(before), await PlacesAsync(after)));
            using var third = await server.OpenAsync();
            Assert.Equal("TOOL_TIMEOUT", (string?)(await third.AskAsync("tools/call", """{"name":"debug/sleep","arguments":{"ms":60000}}"""))["error"]!["code"]);
            // Too long for the one, and not for the other.
            var large = $$$"""{"id":"large","method":"ping","params":{},"context":{"x":"{{{new string('x', 5000)}}}"}}""";
            await after.SendTextAsync(large);
            Assert.NotNull((await after.ReadMessageAsync())["result"]);
            await before.SendTextAsync(large);
            Assert.Equal(1009, (await before.ReadToEndAsync()).Close.CloseCode);
        }

        directory.Delete(recursive: true);
    }

    private static (int, int, int, int) Promised(JsonObject welcome) => (
        (int)welcome["data"]!["heartbeat_interval_s"]!, (int)welcome["data"]!["limits"]!["max_message_bytes"]!, (int)welcome["data"]!["limits"]!["max_batch"]!,
        (int)welcome["data"]!["limits"]!["max_in_flight"]!);

    private static async Task<bool> TakesBatchAsync(RawPeer peer, int count)
    {
        await peer.SendTextAsync($"[{string.Join(',', Enumerable.Range(0, count).Select(n => $$"""{"id":"b{{n}}","method":"ping"}"""))}]");
        var answer = await peer.ReadMessageAsync();
        if (answer["result"] is null)
            return false;
        for (var more = 1; more < count; more++)
            Assert.NotNull((await peer.ReadMessageAsync())["result"]);
        return true;
    }

    // Calls are made until one is refused; those that run are cancelled then.
    private static async Task<int> PlacesAsync(RawPeer peer)
    {
        for (var places = 0; ; places++)
        {
            await peer.SendTextAsync($$$"""{"id":"c{{{places}}}","method":"tools/call","params":{"name":"debug/sleep","arguments":{"ms":60000},"timeout_ms":60000}}""");
            // The answer to what was asked behind it shows whether it was refused.
            await peer.SendTextAsync("""{"id":"p","method":"ping"}""");
            if ((string?)(await peer.ReadMessageAsync())["id"] == "p")
                continue;
            Assert.Equal("p", (string?)(await peer.ReadMessageAsync())["id"]);
            for (var running = 0; running < places; running++)
            {
                await peer.SendTextAsync($$$"""{"id":"x","method":"requests/cancel","params":{"request_id":"c{{{running}}}"}}""");
                Assert.Equal("REQUEST_CANCELLED", (string?)(await peer.ReadMessageAsync())["error"]!["code"]);
                Assert.Equal("x", (string?)(await peer.ReadMessageAsync())["id"]);
            }

            return places;
        }
    }

    private static async Task<int> AskFromAsync(ServerProcess server, string origin)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, "/api/mcp/status"));
        request.Headers.Add("X-API-Key", TestServer.Key);
        request.Headers.Add("Origin", origin);
        using var answer = await http.SendAsync(request).Bounded();
        return (int)answer.StatusCode;
    }
}
