using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Workflow;

/// <summary>A server that an operator imports beside.</summary>
public sealed class ImportServer : ServerFixture;

/// <summary><c>workflow import</c>, mostly beside a running server that uses the same database.</summary>
public sealed class ImportTests(ImportServer fixture) : IClassFixture<ImportServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("patchbay-import-").FullName;

    private ServerProcess Server => fixture.Server;

    [Fact]
    public async Task An_import_and_a_server_that_records_at_the_same_time_lose_nothing_of_each_other()
    {
        var log = new EventLog(Cases: 400, StepsPerCase: 100);
        var file = log.Write(_folder, "orders.csv");
        using var peer = await Server.OpenAsync();
        var import = HostProgram.RunAsync(Server.Data, "workflow", "import", file);
        var recorded = 0;
        // The same workflow from both sides, and one that neither of the two has seen before.
        for (; recorded < 50 || !import.IsCompleted; recorded++)
        {
            await RecordAsync(peer, "orders", $"live-{recorded}");
            await RecordAsync(peer, $"other-{recorded % 7}", $"live-{recorded}");
        }

        var outcome = await import;
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal("orders: 400 executions, 40000 steps recorded.\n", outcome.Output);
        // Told after the first of the batches of 10,000 steps.
        Assert.Contains(" %: 10000 steps of 100 executions", outcome.Error);
        await HoldsAsync(peer, "orders", log.Cases + recorded, (log.Cases * log.StepsPerCase) + recorded);
        var others = 0;
        for (var number = 0; number < 7; number++)
            others += (int)(await AnalyzeAsync(peer, $"other-{number}"))["coverage"]!["executions_kept"]!;
        Assert.Equal(recorded, others);

        Assert.Equal(0, (await HostProgram.RunAsync(Server.Data, "workflow", "import", file)).ExitCode);
        await HoldsAsync(peer, "orders", log.Cases + recorded, (log.Cases * log.StepsPerCase) + recorded);
    }

    [Fact]
    public async Task An_import_that_is_killed_leaves_whole_batches_and_can_be_done_again()
    {
        var log = new EventLog(Cases: 300, StepsPerCase: 100);
        var pipe = Path.Combine(_folder, "pipe");
        await Process.Start("mkfifo", [pipe]).WaitForExitAsync().Bounded();
        using var process = HostProgram.Start(Server.Data, [], "workflow", "import", pipe, "--format", "csv", "--workflow", "killed");
        // Two batches and a half: what has come of the third must not be there afterwards.
        await using (var rows = new StreamWriter(pipe))
        {
            foreach (var row in log.Rows().Take(25_001))
                await rows.WriteLineAsync(row);
            await rows.FlushAsync();
            Assert.Equal("10000 steps of 100 executions", await process.StandardError.ReadLineAsync().Bounded());
            process.Kill();
            await process.WaitForExitAsync().Bounded();
        }

        using var peer = await Server.OpenAsync();
        var kept = (int)(await AnalyzeAsync(peer, "killed"))["coverage"]!["executions_kept"]!;
        Assert.True(kept is 100 or 200, $"{kept} executions");
        await HoldsAsync(peer, "killed", kept, kept * log.StepsPerCase);

        Assert.Equal(0, (await HostProgram.RunAsync(Server.Data, "workflow", "import", log.Write(_folder, "killed.csv"))).ExitCode);
        await HoldsAsync(peer, "killed", log.Cases, log.Cases * log.StepsPerCase);
        var durations = (await AnalyzeAsync(peer, "killed"))["durations_s"]!;
        Assert.Equal((log.CaseSeconds, log.CaseSeconds), ((double)durations["min"]!, (double)durations["max"]!));
    }

    [Fact]
    public async Task An_XES_log_packed_by_gzip_is_taken_by_its_name()
    {
        const string Xes = """
            <log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="1"/>
            <event><string key="concept:name" value="a"/><date key="time:timestamp" value="2020-01-15T11:00:00Z"/></event>
            <event><string key="concept:name" value="b"/><date key="time:timestamp" value="2020-01-15T11:00:07Z"/></event></trace></log>
            """;
        var file = Path.Combine(_folder, "claims.xes.gz");
        await using (var packed = new StreamWriter(new GZipStream(File.Create(file), CompressionLevel.Fastest)))
            await packed.WriteAsync(Xes);

        var outcome = await HostProgram.RunAsync(Server.Data, "workflow", "import", file, "--json");

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(("claims", 1, 2), ((string)outcome.Json["workflow"]!, (int)outcome.Json["executions"]!, (int)outcome.Json["steps"]!));
        using var peer = await Server.OpenAsync();
        var found = await AnalyzeAsync(peer, "claims", """{"from":"2020-01-01T00:00:00Z","to":"2020-02-01T00:00:00Z"}""");
        Assert.Equal(7, (double)found["durations_s"]!["mean"]!);
    }

    [Fact]
    public async Task A_packed_log_that_is_cut_short_is_told_and_exits_with_1()
    {
        var whole = await File.ReadAllBytesAsync(new EventLog(20, 50).Write(_folder, "plain.csv"));
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(whole);
        var file = Path.Combine(_folder, "cut.csv.gz");
        await File.WriteAllBytesAsync(file, packed.ToArray()[..((int)packed.Length / 2)]);

        var outcome = await HostProgram.RunAsync(Server.Data, "workflow", "import", file);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("truncated", outcome.Error);
    }

    [Fact]
    public async Task Columns_of_other_names_are_named_and_refused_rows_are_told_with_their_line()
    {
        var file = Path.Combine(_folder, "tickets.csv");
        await File.WriteAllTextAsync(file, "Ticket;What;When;Since;Who\n7;open;2026-01-15T11:00:05Z;2026-01-15T11:00:00Z;Ada\n7;close;soon;;Ada\n");

        var outcome = await HostProgram.RunAsync(
            Server.Data, "workflow", "import", file, "--workflow", "desk", "--case", "Ticket", "--activity", "What", "--timestamp", "When", "--start", "Since", "--worker", "Who");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(
            ["desk: 1 executions, 1 steps recorded.", $"{file}: line 3: 'When' is not a time between 1900 and 2189 but 'soon'; right would be 2026-01-15T11:00:00Z", "1 refused.", ""],
            outcome.Output.Split('\n'));
        using var peer = await Server.OpenAsync();
        var step = (await AnalyzeAsync(peer, "7"))["run"]!["steps"]![0]!;
        Assert.Equal(("open", 5, "Ada"), ((string)step["name"]!, (double)step["running_s"]!, (string)step["worker"]!));
        Assert.Contains(Server.AuditLines(), line => line.Contains("workflow_import", StringComparison.Ordinal) && line.Contains("desk", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("absent.csv", null, new string[0], "absent.csv: there is no such file.")]
    [InlineData("log.dat", "x", new string[0], "log.dat: the name does not tell the format; say --format csv or --format xes.")]
    [InlineData("log.csv", "a,b\n1,2", new string[0], "log.csv: line 1: no column for the case among: a, b. Name it with --case, or call it case, ")]
    [InlineData("log.csv", "case,activity,timestamp", new[] { "--start", "begun" }, "log.csv: line 1: there is no column 'begun'; there are: case, activity, timestamp")]
    [InlineData("log.xes", "<log>\n<trace>", new string[0], "log.xes: line 2, position 8: not XES: ")]
    [InlineData("log.csv", "x", new[] { "--workflow", "" }, "--workflow must have 1 to 256 characters")]
    [InlineData("log.csv", "x", new[] { "--format", "pdf" }, "pdf")]
    public async Task What_cannot_be_imported_is_told_in_one_line_and_exits_with_1(string name, string? content, string[] options, string fault)
    {
        if (content is not null)
            await File.WriteAllTextAsync(Path.Combine(_folder, name), content);

        var outcome = await HostProgram.RunAsync(Server.Data, ["workflow", "import", Path.Combine(_folder, name), .. options]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(fault, outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
    }

    [Theory]
    [InlineData("Patchbay__Store__Kind", "memory", "Workflows are kept in memory")]
    [InlineData("Patchbay__Store__Kind", "postgres", "Patchbay:Store:Kind")]
    [InlineData("Patchbay__Workflow__MaxAgeDays", "0", "MaxAgeDays")]
    public async Task Settings_under_which_nothing_can_be_imported_are_told(string name, string value, string fault)
    {
        using var process = HostProgram.Start(Server.Data, [(name, value)], "workflow", "import", new EventLog(1, 2).Write(_folder, "log.csv"));
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().Bounded();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains(fault, await error);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task RecordAsync(RawPeer peer, string workflow, string execution)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var answer = await peer.CallAsync(
            "workflow/record",
            $$"""{"executions":[{"workflow_id":"{{workflow}}","execution_id":"{{execution}}","status":"succeeded","started_at":{{now - 1000}},"ended_at":{{now}},"steps":[{"step_id":"1","name":"live","status":"succeeded","started_at":{{now - 1000}},"ended_at":{{now}}}]}]}""");
        Assert.Equal(1, (int)answer["result"]!["accepted_steps"]!);
    }

    private static async Task<JsonNode> AnalyzeAsync(RawPeer peer, string workflow, string range = "\"2h\"") =>
        (await peer.CallAsync("workflow/analyze", $$"""{"workflow_id":"{{workflow}}","time_range":{{range}}}"""))["result"]!;

    /// <summary>What is counted and what is there to be counted are the same.</summary>
    private static async Task HoldsAsync(RawPeer peer, string workflow, int executions, int steps)
    {
        var found = await AnalyzeAsync(peer, workflow);
        Assert.Equal(executions, (int)found["summary"]!["executions"]!["total"]!);
        Assert.Equal((executions, executions), ((int)found["coverage"]!["executions_seen"]!, (int)found["coverage"]!["executions_kept"]!));
        Assert.Equal(steps, found["steps"]!.AsArray().Sum(step => (int)step!["count"]!));
    }
}
