using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Operator;

/// <summary>How a server starts, and with what (protocol section 11).</summary>
public sealed partial class StartTests
{
    [Fact]
    [Requirement("PROTO-11-01", "PROTO-11-06", "PROTO-11-08", "PROTO-10-19", "PROTO-10-24")]
    public async Task A_server_without_keys_makes_one_and_prints_it_once_and_starts_with_the_defaults()
    {
        var data = Directory.CreateTempSubdirectory("patchbay-e2e-").FullName;
        var (key, first) = await RunAsync(data, [], printsKey: true, async (url, line) =>
        {
            var printed = Evidence.Secret(line!["API key: ".Length..], "a key");
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Add("X-API-Key", printed);
            var tools = JsonNode.Parse(await http.GetStringAsync(new Uri(url, "/api/mcp/tools")).Bounded())!["tools"]!.AsArray();
            Assert.Contains(tools, tool => (string?)tool!["name"] == "system/performance");
            Assert.DoesNotContain(tools, tool => ((string)tool!["name"]!).StartsWith("debug/", StringComparison.Ordinal));
            using var peer = await RawPeer.ConnectAsync(url);
            Assert.Equal(101, (await peer.HandshakeAsync(new Dictionary<string, string?> { ["X-API-Key"] = printed })).Status);
            var welcome = (await peer.ReadMessageAsync())["data"]!;
            Assert.Equal("""{"messages_per_minute":100,"max_message_bytes":262144,"max_batch":64,"max_in_flight":64}""", welcome["limits"]!.ToJsonString());
            Assert.Equal(30, (int)welcome["heartbeat_interval_s"]!);
            Assert.Equal("TOOL_NOT_FOUND", (await peer.CallAsync("debug/append", """{"line":"x"}""")).ErrorCode());
            Assert.Equal(120, (int)(await peer.AskAsync("session/hello", """{"client":{"name":"t","version":"1"},"resumable":true}"""))["result"]!["session_ttl_s"]!);
            return printed;
        });
        Assert.True(File.Exists(Path.Combine(data, "sessions.db")), "The store is SQLite in the data directory.");
        Assert.Single(first.Split('\n'), line => line.StartsWith("API key: ", StringComparison.Ordinal));

        var (_, second) = await RunAsync(data, [], printsKey: false, async (url, line) =>
        {
            Assert.Null(line);
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Add("X-API-Key", key);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(url, "/api/mcp/status")).Bounded()).StatusCode);
            return "";
        });
        Assert.DoesNotContain("API key:", second, StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    [Requirement("PROTO-11-04")]
    public async Task The_command_line_stands_above_the_environment_and_that_above_the_file()
    {
        var data = Directory.CreateTempSubdirectory("patchbay-e2e-").FullName;
        var file = Path.Combine(data, "own.json");
        await File.WriteAllTextAsync(file, """{"Patchbay":{"Limits":{"MaxBatch":11,"MaxInFlight":12,"MaxMessageBytes":2048}}}""", TestContext.Current.CancellationToken);
        (string, string)[] environment = [("PATCHBAY_API_KEY", TestServer.Key), ("PATCHBAY_CONFIG", file), ("Patchbay__Limits__MaxInFlight", "22"), ("Patchbay__Limits__MaxMessageBytes", "4096")];
        await RunAsync(data, environment, printsKey: false, async (url, _) =>
        {
            using var peer = await RawPeer.ConnectAsync(url);
            await peer.HandshakeAsync();
            var limits = (await peer.ReadMessageAsync())["data"]!["limits"]!;
            Assert.Equal((11, 22, 8192), ((int)limits["max_batch"]!, (int)limits["max_in_flight"]!, (int)limits["max_message_bytes"]!));
            return "";
        }, "--Patchbay:Limits:MaxMessageBytes=8192");
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_line()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        await RefusesAsync(TestServer.Key, $"http://{taken.LocalEndPoint}", $"Failed to bind to address http://{taken.LocalEndPoint}: address already in use.");
    }

    [Theory]
    [InlineData("banana", "'banana'")]
    [InlineData("ftp://127.0.0.1:1", "Only 'http://' and 'https://' are supported.")]
    [InlineData("http://127.0.0.1:99999", "'port'")]
    // Of the block that is kept for documentation (RFC 5737): no machine has it.
    [InlineData("http://192.0.2.1:8000", "Cannot assign requested address")]
    public Task An_address_nobody_can_listen_on_is_told_in_one_line(string url, string why) => RefusesAsync(TestServer.Key, url, $"Cannot listen on {url}: ", why);

    // It ends with 1 and one line, which is returned.
    private static async Task<string> RefusesAsync(string key, string url, params string[] told)
    {
        var data = Directory.CreateTempSubdirectory("patchbay-e2e-");
        using var server = HostProgram.Start(data.FullName, [("PATCHBAY_API_KEY", key)], "--urls", url);
        var output = server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).Bounded();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken).Bounded();
        data.Delete(recursive: true);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("patchbay: ", line, StringComparison.Ordinal);
        Assert.All(told, part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.Equal(1, server.ExitCode);
        // Nothing of the services that were ended.
        Assert.DoesNotMatch(" (fail|crit): ", await output);
        return line;
    }

    [Theory]
    [InlineData("short-key-00015")]
    [InlineData("a key with spaces in it")]
    [Requirement("PROTO-11-02")]
    public async Task A_key_of_the_environment_that_is_too_weak_stops_the_start(string key)
    {
        var line = await RefusesAsync(key, "http://127.0.0.1:0", "PATCHBAY_API_KEY");
        Assert.DoesNotContain(key, line, StringComparison.Ordinal);
    }

    // The line of the key stands right behind that of the address, when there is one.
    private static async Task<(string Result, string Output)> RunAsync(string data, (string, string)[] environment, bool printsKey, Func<Uri, string?, Task<string>> use, params string[] more)
    {
        using var server = HostProgram.Start(data, environment, ["--urls", "http://127.0.0.1:0", .. more]);
        var error = server.StandardError.ReadToEndAsync();
        var output = "";
        string result;
        Uri? url = null;
        try
        {
            while (url is null)
            {
                var line = await server.StandardOutput.ReadLineAsync().Bounded() ?? throw new InvalidOperationException(output + await error);
                output += line + "\n";
                if (Address().Match(line) is { Success: true } found)
                    url = new Uri(found.Groups[1].Value);
            }

            string? key = null;
            if (printsKey)
            {
                key = await server.StandardOutput.ReadLineAsync().Bounded();
                output += key + "\n";
            }

            result = await use(url, key);
        }
        finally
        {
            using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", server.Id.ToString()]))
                await kill.WaitForExitAsync();
            output += await server.StandardOutput.ReadToEndAsync().Bounded();
            await server.WaitForExitAsync().Bounded();
        }

        return (result, output);
    }

    [GeneratedRegex("Patchbay listens on (.*)$")]
    private static partial Regex Address();
}
