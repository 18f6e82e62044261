using System.Diagnostics;
using System.Text.RegularExpressions;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Docs;

public sealed partial class ReadmeTests
{
    [Fact]
    public async Task The_call_of_the_readme_shows_this_machines_figures_when_it_is_pasted()
    {
        await using var server = await ServerProcess.StartAsync();
        var block = BashBlock().Match(await File.ReadAllTextAsync(Repository.At("README.md"), TestContext.Current.CancellationToken)).Groups["text"].Value;
        // The key stands in the environment already.
        var pasted = string.Join('\n', block.Split('\n').Where(line => !line.StartsWith("export ", StringComparison.Ordinal)));

        var start = new ProcessStartInfo("bash", ["-c", pasted]) { WorkingDirectory = Repository.At("."), RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATCHBAY_API_KEY"] = TestServer.Key;
        start.Environment["PATCHBAY_URI"] = new UriBuilder(server.Url) { Scheme = "ws", Path = "/api/mcp/ws" }.Uri.ToString();
        // The distribution's Python is the one that has the distribution's packages.
        start.Environment["PATH"] = "/usr/bin:" + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).Bounded();

        Assert.True(process.ExitCode == 0, await error);
        Assert.Contains("'load_average'", await output, StringComparison.Ordinal);
        Assert.Contains("'total_bytes'", await output, StringComparison.Ordinal);
    }

    [GeneratedRegex("```bash\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex BashBlock();
}
