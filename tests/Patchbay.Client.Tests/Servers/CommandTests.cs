using System.Diagnostics;
using System.Text;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Servers;

/// <summary><c>patchbay call</c>, <c>tools</c> and <c>top</c>, as a script uses them.</summary>
public sealed class CommandTests(CommandTests.Running running) : IClassFixture<CommandTests.Running>
{
    private HostProcess Server => running.Server;

    [Fact]
    public async Task A_call_prints_the_result_and_takes_its_arguments_from_line_file_or_input()
    {
        Assert.Equal("ä", (string?)(await Server.CommandAsync(null, "call", "debug/echo", """{"a":"ä"}""")).Json["a"]);
        Assert.Equal(3, (int)(await Server.CommandAsync("""{"n":3}""", "call", "debug/echo", "-")).Json["n"]!);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"from":"a file"}""");
        var outcome = await Server.CommandAsync(null, "call", "debug/echo", "@" + file, "--json");
        File.Delete(file);
        Assert.Equal("{\"from\":\"a file\"}\n", outcome.Output);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task A_stream_is_printed_line_by_line()
    {
        var text = await Server.CommandAsync(null, "call", "debug/stream", """{"chunks":2,"bytes":3}""", "--stream");
        Assert.Equal(["xxx", "xxx"], text.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        var json = await Server.CommandAsync(null, "call", "debug/stream", """{"chunks":2,"bytes":3}""", "--stream", "--json");
        Assert.Equal(["""{"chunk":"xxx"}""", """{"chunk":"xxx"}""", """{"result":{"chunks":2}}"""], json.Lines.Select(line => line.ToJsonString()));
    }

    [Theory]
    [InlineData(1, "TOOL_EXECUTION_FAILED", "debug/fail", """{"message":"not today"}""")]
    [InlineData(1, "TOOL_NOT_FOUND", "no/such")]
    [InlineData(1, "INVALID_PARAMS", "debug/sleep", """{"ms":"soon"}""")]
    [InlineData(2, "", "debug/echo", "{")]
    [InlineData(2, "", "debug/echo", "[]")]
    [InlineData(2, "", "debug/echo", "@/no/such/file")]
    [InlineData(2, "", "debug/echo", "{}", "--timeout", "301")]
    [InlineData(2, "", "debug/echo", "{}", "--nonsense")]
    [InlineData(2, "")]
    [InlineData(4, "INVALID_API_KEY", "debug/echo", "{}", "--key", "a-key-nobody-has-made")]
    [InlineData(5, "TOOL_TIMEOUT", "debug/sleep", """{"ms":600000}""", "--timeout", "0.05")]
    public async Task A_failure_has_its_exit_code_and_one_line(int exitCode, string code, params string[] arguments)
    {
        var outcome = await Server.CommandAsync(null, ["call", .. arguments, "--json"]);

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.StartsWith("patchbay: ", outcome.Error, StringComparison.Ordinal);
        if (code.Length > 0)
            Assert.Equal(code, (string?)outcome.Json["error"]!["code"]);
        else
            Assert.Equal("", outcome.Output);
    }

    [Fact]
    public async Task No_server_is_three_and_no_key_is_two()
    {
        Assert.Equal(3, (await HostProcess.RunAsync(null, TestServer.Key, "tools", "--url", "http://127.0.0.1:1")).ExitCode);
        var keyless = await HostProcess.RunAsync(null, null, "tools", "--url", "http://127.0.0.1:1");
        Assert.Equal(2, keyless.ExitCode);
        Assert.Contains("PATCHBAY_KEY", keyless.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_may_stand_in_a_file()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, TestServer.Key + "\n");
        var outcome = await HostProcess.RunAsync(null, null, "call", "debug/echo", "--key-file", file, "--url", Server.Url.ToString());
        File.Delete(file);

        Assert.Equal((0, "{}"), (outcome.ExitCode, outcome.Output.Trim()));
    }

    [Fact]
    public async Task Tools_are_listed_by_name_and_with_their_schemas()
    {
        var lines = (await Server.CommandAsync(null, "tools")).Output.Split('\n');
        Assert.Contains(lines, line => line.StartsWith("system/performance ", StringComparison.Ordinal));

        var tools = (await Server.CommandAsync(null, "tools", "--json")).Json["tools"]!.AsArray();
        var echo = tools.Single(tool => (string?)tool!["name"] == "debug/echo")!;
        Assert.Equal("object", (string?)echo["input_schema"]!["type"]);
        Assert.True((bool)echo["annotations"]!["readOnlyHint"]!);
    }

    [Fact]
    public async Task Top_shows_connections_rates_latency_limits_and_tools()
    {
        await Server.CommandAsync(null, "call", "debug/echo");

        var view = (await Server.CommandAsync(null, "top", "--once", "--json")).Json;
        Assert.True((int)view["report"]!["active_connections"]! >= 1);
        Assert.True((int)view["report"]!["performance_metrics"]!["tools"]!["debug/echo"]!["calls"]! >= 1);
        Assert.Equal(1_000_000, (int)view["limits"]!["messages_per_minute"]!);
        Assert.Equal("patchbay", (string?)view["server"]!["name"]);
        // Before any status event has come.
        Assert.InRange((double)view["status"]!["cpu_percent"]!, 0, 100);
        Assert.InRange((double)view["status"]!["memory_percent"]!, 0.1, 100);
        Assert.Equal(view["report"]!["active_connections"]!.ToString(), view["status"]!["active_connections"]!.ToString());

        var text = (await Server.CommandAsync(null, "top", "--once")).Output;
        Assert.Contains("messages/s in", text, StringComparison.Ordinal);
        Assert.Matches(@"CPU [0-9.]+ %   memory [0-9.]+ %", text);
        Assert.Contains("latency ms p50", text, StringComparison.Ordinal);
        Assert.Contains("limits 1000000 messages/min", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^debug/echo +\d+ +\d+", text);
        Assert.DoesNotContain('\e', text);
    }

    [Fact]
    public async Task On_a_terminal_top_redraws_in_place_until_interrupted_and_gives_the_screen_back()
    {
        using var process = Server.OnTerminal("top", "--interval", "0.5");
        var seen = new StringBuilder();
        await UntilInterruptedAsync(process, seen).Bounded();

        var screen = seen.ToString();
        Assert.Equal(2, screen.Split("\e[?1049h").Length);
        Assert.InRange(screen.IndexOf("\e[?25h\e[?1049l", StringComparison.Ordinal), screen.LastIndexOf("\e[J", StringComparison.Ordinal), screen.Length);
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task UntilInterruptedAsync(Process process, StringBuilder seen)
    {
        // Enters the other screen, draws from its top, and again: the second view has come.
        while (seen.ToString().Split("\e[H").Length < 3 && await ReadAsync(process, seen))
        {
        }

        await process.StandardInput.WriteAsync('\x03');
        await process.StandardInput.FlushAsync();
        while (await ReadAsync(process, seen))
        {
        }

        await process.WaitForExitAsync();
    }

    private static async Task<bool> ReadAsync(Process process, StringBuilder seen)
    {
        var some = new char[4096];
        var read = await process.StandardOutput.ReadAsync(some.AsMemory());
        seen.Append(some, 0, read);
        return read > 0;
    }

    [Fact]
    public async Task The_commands_stand_in_the_help()
    {
        var help = (await HostProcess.RunAsync(null, null, "--help")).Output;
        Assert.All(["call", "tools", "top", "keys"], name => Assert.Contains($"  {name}", help, StringComparison.Ordinal));
    }

    /// <summary>One server for all of them.</summary>
    public sealed class Running : IAsyncLifetime
    {
        internal HostProcess Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await HostProcess.StartAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
