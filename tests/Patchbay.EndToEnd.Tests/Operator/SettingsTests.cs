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
