using System.Diagnostics;
using System.Text.RegularExpressions;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Docs;

public sealed partial class ReadmeTests
{
    [Fact]
    public async Task The_call_of_the_readme_shows_this_machines_figures_when_it_is_pasted()
    {
        var readme = await ReadAsync();
        // The key stands in the environment already.
        var block = BashBlock().Match(readme).Groups["text"].Value;
        var output = await PasteAsync(string.Join('\n', block.Split('\n').Where(line => !line.StartsWith("export ", StringComparison.Ordinal))));

        Assert.Contains("'load_average'", output, StringComparison.Ordinal);
        Assert.Contains("'total_bytes'", output, StringComparison.Ordinal);
    }

    /// <summary>The sample is in the repository, so every digit is known.</summary>
    [Fact]
    public async Task What_the_readme_says_was_heard_is_what_is_heard_when_it_is_pasted()
    {
        var example = HeardBlock().Match(await ReadAsync());
        Assert.Contains("speech.py", example.Groups["text"].Value, StringComparison.Ordinal);

        Assert.Equal(example.Groups["output"].Value, await PasteAsync(example.Groups["text"].Value));
        Assert.Contains(example.Groups["output"].Value, await File.ReadAllTextAsync(Repository.At("docs", "guide", "python.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static Task<string> ReadAsync() => File.ReadAllTextAsync(Repository.At("README.md"), TestContext.Current.CancellationToken);

    private static async Task<string> PasteAsync(string text)
    {
        await using var server = await ServerProcess.StartAsync();
        var start = new ProcessStartInfo("bash", ["-c", text]) { WorkingDirectory = Repository.At("."), RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATCHBAY_API_KEY"] = TestServer.Key;
        start.Environment["PATCHBAY_URI"] = new UriBuilder(server.Url) { Scheme = "ws", Path = "/api/mcp/ws" }.Uri.ToString();
        // The distribution's Python is the one that has the distribution's packages.
        start.Environment["PATH"] = "/usr/bin:" + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).Bounded();
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }

    [GeneratedRegex("```bash\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex BashBlock();

    // A block of commands with its output right behind it.
    [GeneratedRegex("```bash\n(?<text>[^`]*)```\n\n```text\n(?<output>[^`]*)```")]
    private static partial Regex HeardBlock();
}
