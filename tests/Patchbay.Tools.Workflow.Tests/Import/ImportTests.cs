using System.IO.Compression;
using System.Text;
using Patchbay.Tools.Workflow.Import;
using Patchbay.Tools.Workflow.Tests.Testing;

namespace Patchbay.Tools.Workflow.Tests.Import;

public sealed class ImportTests
{
    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task The_running_example_as_CSV_gives_the_published_figures_also_when_imported_twice(string store)
    {
        using var room = new WorkflowRoom(store);
        for (var round = 0; round < 2; round++)
        {
            await using var log = File.OpenRead(RunningExample.CsvPath);
            var result = await new WorkflowImporter(room.Store).ImportAsync(log, Options(LogFormat.Csv, RunningExample.Workflow), CancellationToken.None);
            Assert.Equal((6, 42, 0, null), (result.Executions, result.Steps, result.RejectedCount, result.Fault));
        }

        await RunningExample.AssertFiguresAsync(room);
    }

    [Fact]
    public async Task Quotes_semicolons_empty_lines_and_bad_rows_are_dealt_with()
    {
        const string Log = "Case ID;Activity;Start Timestamp;Complete Timestamp;note\r\n"
            + "1;\"a; \"\"b\"\"\r\nc\";2026-01-15 11:00:00;2026-01-15 11:00:05;x\r\n\r\n"
            + "1;d;;2026-01-15 11:00:09.5;\r\n1;too few\r\n1;e;;never;x\r\n;f;;2026-01-15 11:00:09;x\r\n1;g;2026-01-15 11:00:09;2026-01-15 11:00:08;x";
        using var room = new WorkflowRoom();

        var result = await ImportAsync(room, Log, LogFormat.Csv);

        Assert.Equal((1, 2, 4), (result.Executions, result.Steps, result.RejectedCount));
        Assert.Equal(
            [
                "line 6: 2 fields in place of 5",
                "line 7: 'Complete Timestamp' is not a time between 1900 and 2189 but 'never'; right would be 2026-01-15T11:00:00Z",
                "line 8: 'Case ID' is empty: there must be a case",
                "line 9: the end is before the start",
            ],
            result.Rejected);
        var run = (await room.AnalyzeAsync(new { workflow_id = "1" })).GetProperty("run");
        Assert.Equal(["a; \"b\"c", "d"], run.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()!));
        Assert.Equal(9.5, run.GetProperty("duration_s").GetDouble());
        Assert.Equal("x", run.GetProperty("steps")[0].GetProperty("attributes").GetProperty("note").GetString());
    }

    [Fact]
    public async Task Rows_of_one_moment_keep_their_order()
    {
        using var room = new WorkflowRoom();
        var log = "case,activity,timestamp\n" + string.Join('\n', Enumerable.Range(0, 12).Select(number => $"1,n{number},2026-01-15T11:00:00Z"));

        await ImportAsync(room, log, LogFormat.Csv);

        var variant = (await room.AnalyzeAsync(new { workflow_id = "log", time_range = "1d" })).GetProperty("variants")[0];
        Assert.Equal(Enumerable.Range(0, 12).Select(number => $"n{number}"), variant.GetProperty("steps").EnumerateArray().Select(step => step.GetString()!));
    }

    [Theory]
    [InlineData("", "line 1: there is no header")]
    [InlineData("case,activity\n1,a", "line 1: no column for the timestamp among: case, activity. Name it with --timestamp, or call it timestamp, ")]
    [InlineData("a,b\n1,a", "line 1: no column for the case among: a, b. Name it with --case, or call it case, ")]
    public async Task A_log_without_its_columns_says_which_one_is_missing(string log, string fault)
    {
        using var room = new WorkflowRoom();

        Assert.Contains(fault, (await ImportAsync(room, log, LogFormat.Csv)).Fault);
        Assert.Empty(await room.Store.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_life_of_an_XES_activity_becomes_one_step()
    {
        const string Log = """
            <?xml version="1.0" encoding="UTF-8"?>
            <log xes.version="1.0" xmlns="http://www.xes-standard.org/">
              <global scope="event"><string key="concept:name" value="__INVALID__"/></global>
              <trace>
                <string key="concept:name" value="case-1"/>
                <event><string key="concept:name" value="a"/><string key="lifecycle:transition" value="schedule"/><date key="time:timestamp" value="2026-01-15T11:00:00.000+00:00"/></event>
                <event><string key="concept:name" value="a"/><string key="lifecycle:transition" value="start"/><date key="time:timestamp" value="2026-01-15T11:00:10.000+00:00"/><string key="org:resource" value="Pete"/></event>
                <event><string key="concept:name" value="b"><string key="meta" value="1"/></string><date key="time:timestamp" value="2026-01-15T12:00:20.000+01:00"/><int key="cost" value="50"/></event>
                <event><string key="concept:name" value="a"/><string key="lifecycle:transition" value="complete"/><date key="time:timestamp" value="2026-01-15T11:00:40.000+00:00"/></event>
                <event><string key="concept:name" value="a"/><date key="time:timestamp" value="soon"/></event>
              </trace>
              <trace><event><string key="concept:name" value="a"/><string key="lifecycle:transition" value="start"/><date key="time:timestamp" value="2026-01-15T11:00:00Z"/></event></trace>
            </log>
            """;
        using var room = new WorkflowRoom();

        var result = await ImportAsync(room, Log, LogFormat.Xes);

        Assert.Equal((2, 3, 1, null), (result.Executions, result.Steps, result.RejectedCount, result.Fault));
        Assert.Equal("line 10: 'time:timestamp' is not a time between 1900 and 2189 but 'soon'; right would be 2026-01-15T11:00:00Z", Assert.Single(result.Rejected));
        var run = (await room.AnalyzeAsync(new { workflow_id = "case-1" })).GetProperty("run");
        var steps = run.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(["a", "b"], steps.Select(step => step.GetProperty("name").GetString()!));
        Assert.Equal((10.0, 30.0, "Pete"), (steps[0].GetProperty("waiting_s").GetDouble(), steps[0].GetProperty("running_s").GetDouble(), steps[0].GetProperty("worker").GetString()));
        Assert.Equal(50, run.GetProperty("totals").GetProperty("cost").GetDouble());
        Assert.Equal(40, run.GetProperty("duration_s").GetDouble());
        Assert.Equal("running", (await room.AnalyzeAsync(new { workflow_id = "trace-2" })).GetProperty("run").GetProperty("steps")[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task Broken_XML_is_told_with_its_place_and_entities_are_not_expanded()
    {
        using var room = new WorkflowRoom();

        Assert.StartsWith("line 2, position 8: not XES: ", (await ImportAsync(room, "<log>\n<trace>", LogFormat.Xes)).Fault);
        Assert.Contains("not XES", (await ImportAsync(room, "<!DOCTYPE log [<!ENTITY a \"b\">]><log>&a;</log>", LogFormat.Xes)).Fault);
        Assert.Equal("line 1, position 2: not XES: the outermost element is <html>, and should be <log>.", (await ImportAsync(room, "<html></html>", LogFormat.Xes)).Fault);
    }

    [Fact]
    public async Task A_log_packed_by_gzip_is_unpacked_and_one_cut_short_is_told()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(await File.ReadAllBytesAsync(RunningExample.CsvPath, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        using var room = new WorkflowRoom();

        packed.Position = 0;
        var whole = await new WorkflowImporter(room.Store).ImportAsync(packed, Options(LogFormat.Csv, RunningExample.Workflow), CancellationToken.None);
        packed.SetLength(packed.Length / 2);
        packed.Position = 0;
        using var other = new WorkflowRoom();
        var half = await new WorkflowImporter(other.Store).ImportAsync(packed, Options(LogFormat.Csv, "half"), CancellationToken.None);

        Assert.Equal((6, 42, 0, null), (whole.Executions, whole.Steps, whole.RejectedCount, whole.Fault));
        await RunningExample.AssertFiguresAsync(room);
        Assert.Contains("truncated", half.Fault);
    }

    [Fact]
    public async Task A_column_that_was_asked_for_and_is_not_there_is_a_fault_also_when_it_need_not_exist()
    {
        using var room = new WorkflowRoom();
        using var log = new MemoryStream("case,activity,timestamp\n1,a,2026-01-15T11:00:00Z"u8.ToArray());

        var result = await new WorkflowImporter(room.Store).ImportAsync(log, Options(LogFormat.Csv, "log") with { WorkerColumn = "who" }, CancellationToken.None);

        Assert.Equal("line 1: there is no column 'who'; there are: case, activity, timestamp", result.Fault);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_told_and_not_replaced()
    {
        using var room = new WorkflowRoom();
        using var log = new MemoryStream(Encoding.Latin1.GetBytes("case,activity,timestamp\n1,née,2026-01-15T11:00:00Z"));

        var result = await new WorkflowImporter(room.Store).ImportAsync(log, Options(LogFormat.Csv, "log"), CancellationToken.None);

        Assert.Contains("not UTF-8", result.Fault);
        Assert.Equal(0, result.Steps);
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_does_not_take_in_the_whole_file()
    {
        using var room = new WorkflowRoom();
        var log = $"case,activity,timestamp\n1,a,2026-01-15T11:00:00Z\n1,\"b,{new string('x', 2 << 20)}";

        var result = await ImportAsync(room, log, LogFormat.Csv);

        Assert.Equal("line 3: a field of more than 1048576 characters; is a quote not closed?", result.Fault);
        Assert.Equal(1, result.Steps);
    }

    [Fact]
    public async Task Columns_in_quotes_are_found_and_may_hold_the_separator()
    {
        using var room = new WorkflowRoom();

        var result = await ImportAsync(room, "\"case\",\"activity\",\"timestamp\",\"a, b\"\n1,x,2026-01-15T11:00:00Z,7", LogFormat.Csv);

        Assert.Equal((1, 0, null), (result.Steps, result.RejectedCount, result.Fault));
        var run = (await room.AnalyzeAsync(new { workflow_id = "1" })).GetProperty("run");
        Assert.Equal(7, run.GetProperty("totals").GetProperty("a, b").GetDouble());
    }

    private static async Task<WorkflowImportResult> ImportAsync(WorkflowRoom room, string log, LogFormat format)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(log));
        return await new WorkflowImporter(room.Store).ImportAsync(stream, Options(format, "log"), CancellationToken.None);
    }

    private static WorkflowImportOptions Options(LogFormat format, string workflow) => new() { Format = format, WorkflowId = workflow };
}
