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
        Assert.Equal(["line 6: 2 fields in place of 5", "line 7: Complete Timestamp is not a time", "line 8: no case or no activity", "line 9: the end is before the start"], result.Rejected);
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
    [InlineData("", "the file is empty")]
    [InlineData("case,activity\n1,a", "no column for the timestamp")]
    [InlineData("a,b\n1,a", "no column for the case")]
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
        Assert.Equal("event 5: no time:timestamp", Assert.Single(result.Rejected));
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

        Assert.Contains("not XES: line 1", (await ImportAsync(room, "<log><trace>", LogFormat.Xes)).Fault);
        Assert.Contains("not XES", (await ImportAsync(room, "<!DOCTYPE log [<!ENTITY a \"b\">]><log>&a;</log>", LogFormat.Xes)).Fault);
    }

    private static async Task<WorkflowImportResult> ImportAsync(WorkflowRoom room, string log, LogFormat format)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(log));
        return await new WorkflowImporter(room.Store).ImportAsync(stream, Options(format, "log"), CancellationToken.None);
    }

    private static WorkflowImportOptions Options(LogFormat format, string workflow) => new() { Format = format, WorkflowId = workflow };
}
