using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Schema;
using Patchbay.Tools.Workflow.Tests.Testing;
using Patchbay.Tools.Workflow.Tools;

namespace Patchbay.Tools.Workflow.Tests.Tools;

public sealed class ToolTests
{
    [Fact]
    public async Task An_unknown_workflow_is_not_found_and_the_nearest_names_are_told()
    {
        using var room = new WorkflowRoom();
        await room.RecordAsync(Batch(Execution("nightly-build", "1"), Execution("nightly-tests", "2"), Execution("zzz", "3")));

        var error = await room.FailToAnalyzeAsync(new { workflow_id = "nigthly-build" });

        Assert.Same(ErrorCodes.NotFound, error.Code);
        Assert.Equal(["nightly-build", "nightly-tests"], error.Details!["nearest"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public async Task An_empty_range_is_an_empty_well_formed_result()
    {
        using var room = new WorkflowRoom();
        await room.RecordAsync(Batch(Execution("w", "1")));

        var result = await room.AnalyzeAsync(new { workflow_id = "w", time_range = new { from = "2001-01-01T00:00:00Z", to = "2001-01-02T00:00:00Z" }, render = "mermaid" });

        Assert.Equal(0, result.GetProperty("summary").GetProperty("executions").GetProperty("total").GetInt32());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("summary").GetProperty("success_rate").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("durations_s").GetProperty("mean").ValueKind);
        Assert.Equal(0, result.GetProperty("variants").GetArrayLength());
        Assert.Equal(0, result.GetProperty("critical_path").GetProperty("exemplars").GetArrayLength());
        Assert.Equal("Nothing in this range", result.GetProperty("findings")[0].GetProperty("title").GetString());
        Assert.StartsWith("flowchart TD", result.GetProperty("rendering").GetString());
    }

    [Fact]
    public async Task Without_metrics_the_summary_and_the_findings_are_left()
    {
        using var room = new WorkflowRoom();
        await room.RecordAsync(Batch(Execution("w", "1")));

        var result = await room.AnalyzeAsync(new { workflow_id = "w", include_metrics = false });

        Assert.Equal(["workflow_id", "range", "summary", "findings"], result.EnumerateObject().Select(member => member.Name));
        Assert.Equal("ended_in_range", result.GetProperty("range").GetProperty("selection").GetString());
    }

    [Fact]
    public async Task A_bad_range_is_named_by_its_place()
    {
        using var room = new WorkflowRoom();

        var error = await room.FailToAnalyzeAsync(new { workflow_id = "w", time_range = "soon" });

        Assert.Same(ErrorCodes.InvalidParams, error.Code);
        Assert.Equal("/time_range", error.Details!["errors"]![0]!["path"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_cannot_be_stored_is_told_piece_by_piece_and_the_rest_is_stored()
    {
        using var room = new WorkflowRoom();
        var good = Execution("w", "good", Step("ok"), Step("backwards", ended: "2026-01-15T11:00:00Z"), Step("never", started: null, ended: null), Step("when", started: "yesterday"));
        var endsEarly = Execution("w", "bad", Step("a"));
        endsEarly["ended_at"] = "2026-01-15T10:00:00Z";
        var runsAndEnded = Execution("w", "both");
        runsAndEnded["status"] = "running";
        var bell = Execution("w\u0007", "bell");

        var result = await room.RecordAsync(Batch(good, endsEarly, runsAndEnded, bell));

        Assert.Equal((1, 1), (result.GetProperty("accepted_executions").GetInt32(), result.GetProperty("accepted_steps").GetInt32()));
        Assert.Equal(
            ["/executions/0/steps/1/ended_at", "/executions/0/steps/2", "/executions/0/steps/3/started_at", "/executions/1/ended_at", "/executions/2/ended_at", "/executions/3/workflow_id"],
            result.GetProperty("rejected").EnumerateArray().Select(rejected => rejected.GetProperty("path").GetString()!));
        var analysis = await room.AnalyzeAsync(new { workflow_id = "w" });
        Assert.Equal(3, analysis.GetProperty("coverage").GetProperty("steps_rejected").GetInt32());
    }

    [Fact]
    public async Task Waiting_retries_and_failures_are_counted_by_step()
    {
        using var room = new WorkflowRoom();
        var execution = Execution("w", "1",
            Step("fetch", scheduled: "2026-01-15T11:30:00Z", started: "2026-01-15T11:30:10Z", ended: "2026-01-15T11:30:12Z", status: "retrying", attempt: 1),
            Step("fetch", scheduled: "2026-01-15T11:30:20Z", started: "2026-01-15T11:30:25Z", ended: "2026-01-15T11:30:29Z", status: "failed", attempt: 3, error: "Timeout"),
            Step("after", started: "2026-01-15T11:30:40Z", ended: "2026-01-15T11:30:41Z", dependsOn: "fetch"));
        execution["status"] = "failed";
        await room.RecordAsync(Batch(execution));

        var result = await room.AnalyzeAsync(new { workflow_id = "w" });

        var steps = result.GetProperty("steps").EnumerateArray().ToDictionary(step => step.GetProperty("name").GetString()!);
        Assert.Equal((1, 1, 2, 3.0), (Int(steps["fetch"], "count"), Int(steps["fetch"], "failures"), Int(steps["fetch"], "retries"), steps["fetch"].GetProperty("mean_attempts").GetDouble()));
        Assert.Equal((15.0, 6.0), (steps["fetch"].GetProperty("waiting_s").GetProperty("mean").GetDouble(), steps["fetch"].GetProperty("running_s").GetProperty("mean").GetDouble()));
        Assert.Equal(11, steps["after"].GetProperty("waiting_s").GetProperty("mean").GetDouble());
        Assert.Equal(("Timeout", "fetch", 1, 1), (result.GetProperty("errors")[0].GetProperty("type").GetString(), result.GetProperty("errors")[0].GetProperty("step").GetString(),
            Int(result.GetProperty("errors")[0], "first_in_execution"), Int(result.GetProperty("errors")[0], "executions_failed")));
        Assert.Contains(result.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("title").GetString() == "fetch waits longer than it runs");
        // Wilson's interval for 0 of 1 ends at z²/(1+z²).
        Assert.Equal(1.959964 * 1.959964 / (1 + (1.959964 * 1.959964)), result.GetProperty("summary").GetProperty("success_rate").GetProperty("high").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task Exemplars_add_up_and_what_if_takes_a_step_away()
    {
        using var room = new WorkflowRoom();
        await room.RecordAsync(Batch([.. Enumerable.Range(1, 5).Select(number => Execution("w", $"{number}",
            Step("a", started: "2026-01-15T11:30:00Z", ended: "2026-01-15T11:30:10Z"), Step("b", started: "2026-01-15T11:30:10Z", ended: $"2026-01-15T11:30:{10 + (number * 5)}Z")))]));

        var path = (await room.AnalyzeAsync(new { workflow_id = "w" })).GetProperty("critical_path");

        foreach (var exemplar in path.GetProperty("exemplars").EnumerateArray())
            Assert.Equal(exemplar.GetProperty("total_s").GetDouble(), exemplar.GetProperty("sections").EnumerateArray().Sum(section => section.GetProperty("seconds").GetDouble()), 1e-9);
        Assert.Equal(["1", "3", "5"], path.GetProperty("exemplars").EnumerateArray().Select(exemplar => exemplar.GetProperty("execution_id").GetString()!).Order().Distinct().Append("1").Distinct().Order());
        // Every execution lasts a minute (Execution): b takes 5 to 25 s of it, a 10 s. Without b the median is 60 - 15, without a 60 - 10.
        var whatIf = path.GetProperty("what_if").EnumerateArray().ToDictionary(entry => entry.GetProperty("step").GetString()!, entry => entry.GetProperty("p50_s").GetDouble());
        Assert.Equal((45.0, 50.0), (whatIf["b"], whatIf["a"]));
        var aggregate = path.GetProperty("aggregate").EnumerateArray().ToList();
        Assert.Equal(300, aggregate.Sum(entry => entry.GetProperty("seconds").GetDouble()), 1e-9);
        Assert.Equal(1, aggregate.Sum(entry => entry.GetProperty("share").GetDouble()), 1e-12);
    }

    [Fact]
    public async Task Concurrency_is_swept_over_starts_and_ends()
    {
        using var room = new WorkflowRoom();
        var first = Execution("w", "1");
        var second = Execution("w", "2");
        second["started_at"] = "2026-01-15T11:30:30Z";
        var third = Execution("w", "3");
        (third["started_at"], third["ended_at"]) = ("2026-01-15T11:31:00Z", "2026-01-15T11:32:00Z");
        await room.RecordAsync(Batch(first, second, third));

        var summary = (await room.AnalyzeAsync(new { workflow_id = "w" })).GetProperty("summary");

        // 60 s, 30 s and 60 s in an hour; the third begins when the others end.
        Assert.Equal(2, summary.GetProperty("concurrency").GetProperty("max").GetInt32());
        Assert.Equal(150.0 / 3600, summary.GetProperty("concurrency").GetProperty("mean").GetDouble(), 1e-12);
        Assert.Equal(3, summary.GetProperty("throughput_per_hour").GetDouble(), 1e-9);
        Assert.Equal(30, summary.GetProperty("arrival_interval_s").GetDouble());
    }

    [Fact]
    public async Task The_future_is_seen_in_a_range_that_ends_now_and_told()
    {
        using var room = new WorkflowRoom();
        var ahead = Execution("w", "1");
        ahead["ended_at"] = "2026-01-15T12:00:05Z";
        await room.RecordAsync(Batch(ahead));

        var result = await room.AnalyzeAsync(new { workflow_id = "w" });

        Assert.Equal(1, result.GetProperty("coverage").GetProperty("ends_in_future").GetInt32());
        Assert.Contains(result.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("title").GetString() == "Clocks disagree");
    }

    [Fact]
    public void The_definitions_say_what_a_client_may_assume()
    {
        using var room = new WorkflowRoom();
        var analyze = new AnalyzeTool(room.Store, room.Analyzer, room.Clock).Definition;
        var record = new RecordTool(room.Store).Definition;

        Assert.Equal(("workflow/analyze", "workflow", true, true), (analyze.Name, analyze.Scope, analyze.Annotations.ReadOnly, analyze.Annotations.Idempotent));
        Assert.Equal(("workflow/record", "workflow", false, true), (record.Name, record.Scope, record.Annotations.ReadOnly, record.Annotations.Idempotent));
        var properties = analyze.InputSchema.GetProperty("properties");
        Assert.Equal(["workflow_id"], analyze.InputSchema.GetProperty("required").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal("[\"string\",\"object\",\"null\"]", properties.GetProperty("time_range").GetProperty("type").GetRawText());
        var execution = record.InputSchema.GetProperty("properties").GetProperty("executions").GetProperty("items");
        Assert.Equal(["workflow_id", "execution_id", "status", "started_at"], execution.GetProperty("required").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal("[\"string\",\"integer\"]", execution.GetProperty("properties").GetProperty("started_at").GetProperty("type").GetRawText());
        Assert.Equal("[\"string\",\"integer\",\"null\"]", execution.GetProperty("properties").GetProperty("ended_at").GetProperty("type").GetRawText());
    }

    [Theory]
    [InlineData("""{"workflow_id":""}""", "/workflow_id")]
    [InlineData("""{"workflow_id":"w","time_range":5}""", "/time_range")]
    [InlineData("""{"workflow_id":"w","time_range":{"from":1}}""", "/time_range/to")]
    [InlineData("""{"workflow_id":"w","render":"svg"}""", "/render")]
    [InlineData("""{"workflow_id":"w","top":0}""", "/top")]
    [InlineData("""{"workflow_id":"w","more":0}""", "/more")]
    public void The_schema_refuses_what_has_the_wrong_form(string arguments, string path)
    {
        using var room = new WorkflowRoom();

        var errors = JsonSchema.Compile(new AnalyzeTool(room.Store, room.Analyzer, room.Clock).Definition.InputSchema).Check(System.Text.Encoding.UTF8.GetBytes(arguments));

        Assert.Equal(path, Assert.Single(errors!).Path);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"executions":[]}""")]
    [InlineData("""{"executions":[{"workflow_id":"w","execution_id":"1","status":"paused","started_at":1}]}""")]
    [InlineData("""{"executions":[{"workflow_id":"w","execution_id":"1","status":"running","started_at":1,"steps":[{"step_id":"s","name":"n","status":"up_for_retry"}]}]}""")]
    [InlineData("""{"executions":[{"workflow_id":"w","execution_id":"1","status":"running","started_at":1,"steps":[{"step_id":"s","name":"n","status":"running","attempt":0}]}]}""")]
    [InlineData("""{"executions":[{"workflow_id":"w","execution_id":"1","status":"running","started_at":null}]}""")]
    public void The_schema_of_record_knows_every_status(string arguments)
    {
        using var room = new WorkflowRoom();

        Assert.NotNull(JsonSchema.Compile(new RecordTool(room.Store).Definition.InputSchema).Check(System.Text.Encoding.UTF8.GetBytes(arguments)));
    }

    private static int Int(JsonElement parent, string name) => parent.GetProperty(name).GetInt32();

    private static JsonObject Batch(params JsonNode[] executions) => new() { ["executions"] = new JsonArray(executions) };

    private static JsonObject Execution(string workflow, string id, params JsonNode[] steps) => new()
    {
        ["workflow_id"] = workflow,
        ["execution_id"] = id,
        ["status"] = "succeeded",
        ["started_at"] = "2026-01-15T11:30:00Z",
        ["ended_at"] = "2026-01-15T11:31:00Z",
        ["steps"] = new JsonArray(steps),
    };

    private static JsonObject Step(
        string name, string? scheduled = null, string? started = "2026-01-15T11:30:00Z", string? ended = "2026-01-15T11:30:01Z", string status = "succeeded", int attempt = 1,
        string? error = null, string? dependsOn = null)
    {
        var step = new JsonObject { ["step_id"] = name, ["name"] = name, ["status"] = status, ["attempt"] = attempt };
        foreach (var (key, time) in (ReadOnlySpan<(string, string?)>)[("scheduled_at", scheduled), ("started_at", started), ("ended_at", ended)])
        {
            if (time is not null)
                step[key] = time;
        }

        if (error is not null)
            step["error"] = new JsonObject { ["type"] = error };
        if (dependsOn is not null)
            step["depends_on"] = new JsonArray(dependsOn);
        return step;
    }
}
