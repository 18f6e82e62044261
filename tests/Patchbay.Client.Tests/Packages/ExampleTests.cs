using System.Diagnostics;
using Patchbay.Client.Tests.Servers;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Packages;

/// <summary>Every example runs against the real server, as a user would run it.</summary>
public class ExampleTests
{
    private static readonly Dictionary<string, string[]> Says = new()
    {
        ["quickstart"] = ["status: ", "tool: system/performance (read-only)", """messages: {"sent":3,"received":4}"""],
        ["resilience"] = ["state: Connected", "invalid: /interval", "cpu: ", "state: Closed"],
        ["many-calls"] = ["pool: basic detailed basic detailed", "batch: TOOL_NOT_FOUND", "connections: 2"],
        ["audio"] = ["frames: 50", "loudness: "],
    };

    [Fact]
    public void Every_example_has_its_expectation() => Assert.Equal(
        Says.Keys.Select(name => name.Replace("-", "")).Order(StringComparer.OrdinalIgnoreCase),
        Directory.GetFiles(Repository.At("clients", "csharp", "examples"), "*.cs").Select(path => Path.GetFileNameWithoutExtension(path).ToLowerInvariant()).Where(name => name != "program").Order(StringComparer.Ordinal));

    [Fact]
    public async Task The_examples_run_and_say_what_they_should()
    {
        await using var server = await HostProcess.StartAsync();
        var program = Repository.At("clients", "csharp", "examples", "bin", "Release", "net10.0", "Patchbay.Client.Examples.dll");
        foreach (var (name, lines) in Says)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [program, name, $"ws://127.0.0.1:{server.Url.Port}/api/mcp/ws", TestServer.Key])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().Bounded();

            Assert.Equal((0, ""), (process.ExitCode, await error));
            var said = (await output).Split('\n');
            Assert.All(lines, wanted => Assert.Contains(said, line => line.StartsWith(wanted, StringComparison.Ordinal)));
        }
    }
}
