using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Workflow;

/// <summary>A server workflows are told to.</summary>
public sealed class WorkflowServer : ServerFixture;

/// <summary><c>workflow/record</c> and <c>workflow/analyze</c> over the wire, by the contract of section 10.</summary>
public sealed class ToolTests(WorkflowServer fixture) : IClassFixture<WorkflowServer>
{
    private const long Start = 1_767_225_600_000_000_000; // 2026-01-01T00:00:00Z

    private ServerProcess Server => fixture.Server;

    [Requirement("PROTO-10-03")]
    [Fact]
    public async Task What_is_taken_is_counted_and_what_is_refused_is_told_with_its_path_and_spoils_nothing()
    {
        using var peer = await Server.OpenAsync();
        var result = (await RecordAsync(peer,
            """
            {"workflow_id":"record","execution_id":"1","status":"succeeded","started_at":"2026-01-01T00:00:00Z","ended_at":"2026-01-01T00:00:09Z",
             "steps":[{"step_id":"a","name":"fetch","status":"succeeded","ended_at":"2026-01-01T00:00:09Z"},{"step_id":"b","name":"of no time","status":"succeeded"}]},
            {"workflow_id":"record","execution_id":"2","status":"succeeded","started_at":"2026-01-01T00:00:09Z","ended_at":"2026-01-01T00:00:00Z"}
            """))["result"]!;

        Assert.Equal((1, 1), ((int)result["accepted_executions"]!, (int)result["accepted_steps"]!));
        Assert.Equal(["/executions/0/steps/1", "/executions/1/ended_at"], result["rejected"]!.AsArray().Select(rejected => (string)rejected!["path"]!));
        Assert.All(result["rejected"]!.AsArray(), rejected => Assert.NotEmpty((string)rejected!["reason"]!));
        Assert.Equal("succeeded", (string)(await RunAsync(peer, "1"))["run"]!["status"]!);
        Assert.Equal("NOT_FOUND", (await peer.CallAsync("workflow/analyze", """{"workflow_id":"2"}""")).ErrorCode());
    }

    [Requirement("PROTO-10-04")]
    [Fact]
    public async Task Both_forms_of_time_are_the_same_moment_and_kind_and_attempt_have_their_defaults()
    {
        using var peer = await Server.OpenAsync();
        await RecordAsync(peer,
            $$"""
            {"workflow_id":"times","execution_id":"text","status":"succeeded","started_at":"2026-01-01T01:00:00+01:00","ended_at":"2026-01-01T00:00:02.000000001Z",
             "steps":[{"step_id":"a","name":"fetch","status":"succeeded","started_at":"2026-01-01T00:00:00Z","ended_at":"2026-01-01T00:00:01Z"}]},
            {"workflow_id":"times","execution_id":"numbers","status":"succeeded","started_at":{{Start}},"ended_at":{{Start + 2_000_000_001}},
             "steps":[{"step_id":"a","name":"fetch","kind":"task","attempt":1,"status":"succeeded","started_at":{{Start}},"ended_at":{{Start + 1_000_000_000}}}]}
            """);

        var text = (await RunAsync(peer, "text"))["run"]!.AsObject();
        var numbers = (await RunAsync(peer, "numbers"))["run"]!.AsObject();
        Assert.Equal(2.000000001, (double)text["duration_s"]!);
        Assert.Equal(("task", 1), ((string)text["steps"]![0]!["kind"]!, (int)text["steps"]![0]!["attempt"]!));
        text.Remove("execution_id");
        numbers.Remove("execution_id");
        Assert.True(JsonNode.DeepEquals(text, numbers), $"{text}\n{numbers}");
    }

    [Requirement("PROTO-10-05")]
    [Requirement("PROTO-10-06")]
    [Fact]
    public async Task The_answer_has_the_shape_of_the_contract_for_either_form_of_range()
    {
        using var peer = await Server.OpenAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        await RecordAsync(peer, $$"""{"workflow_id":"shape","execution_id":"new","status":"succeeded","started_at":{{now - 5_000_000_000}},"ended_at":{{now}},"steps":[{"step_id":"a","name":"x","status":"succeeded","started_at":{{now - 5_000_000_000}},"ended_at":{{now}}}]}""");
        await RecordAsync(peer, $$"""{"workflow_id":"shape","execution_id":"old","status":"failed","started_at":{{Start}},"ended_at":{{Start + 1_000_000_000}},"steps":[]}""");

        var hour = await AnalyzeAsync(peer, """{"workflow_id":"shape"}""");
        var day = await AnalyzeAsync(peer, """{"workflow_id":"shape","time_range":"1d"}""");
        var range = await AnalyzeAsync(peer, """{"workflow_id":"shape","time_range":{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}}""");
        var brief = await AnalyzeAsync(peer, """{"workflow_id":"shape","include_metrics":false}""");

        Assert.Equal((1, 1, 1), (Total(hour), Total(day), Total(range)));
        Assert.Equal((1, 1), ((int)hour["summary"]!["executions"]!["succeeded"]!, (int)range["summary"]!["executions"]!["failed"]!));
        HasMembers(hour, "workflow_id", "range", "summary", "findings", "durations_s", "variants", "variant_count", "dfg", "steps", "critical_path", "bottlenecks", "errors", "anomalies", "regressions", "coverage");
        HasMembers(hour["range"]!, "from", "to", "selection");
        HasMembers(hour["summary"]!, "executions", "success_rate", "throughput_per_hour", "arrival_interval_s", "concurrency");
        HasMembers(hour["summary"]!["executions"]!, "total", "succeeded", "failed", "running", "cancelled", "timed_out");
        HasMembers(hour["durations_s"]!, "count", "mean", "stdev", "min", "p50", "p90", "p95", "p99", "max");
        HasMembers(hour["dfg"]!, "edges", "starts", "ends");
        HasMembers(hour["steps"]![0]!, "name", "count", "executions", "failures", "retries", "mean_attempts", "waiting_s", "running_s", "self_s", "rework_executions", "critical_share");
        HasMembers(hour["critical_path"]!, "exemplars", "aggregate", "what_if");
        HasMembers(hour["coverage"]!, "executions_seen", "executions_kept", "evicted", "oldest", "newest", "incomplete");
        Assert.Equal(["workflow_id", "range", "summary", "findings"], brief.AsObject().Select(member => member.Key));
        Assert.Equal("INVALID_PARAMS", (await peer.CallAsync("workflow/analyze", """{"workflow_id":"shape","time_range":"soon"}""")).ErrorCode());
    }

    [Fact]
    public async Task A_workflow_nobody_recorded_is_not_found_with_the_nearest_names_and_an_empty_range_is_an_answer()
    {
        using var peer = await Server.OpenAsync();
        await RecordAsync(peer, $$"""{"workflow_id":"nightly-billing","execution_id":"n1","status":"succeeded","started_at":{{Start}},"ended_at":{{Start + 1}},"steps":[]}""");

        var unknown = await peer.CallAsync("workflow/analyze", """{"workflow_id":"nightly-biling"}""");
        Assert.Equal("NOT_FOUND", unknown.ErrorCode());
        Assert.Contains("nightly-billing", unknown.Details()["nearest"]!.AsArray().Select(name => (string)name!));
        var empty = await AnalyzeAsync(peer, """{"workflow_id":"nightly-billing","time_range":"1ms"}""");
        Assert.Equal(0, Total(empty));
        Assert.Null((double?)empty["durations_s"]!["mean"]);
        Assert.Null(empty["summary"]!["success_rate"]);
    }

    private static int Total(JsonNode found) => (int)found["summary"]!["executions"]!["total"]!;

    private static void HasMembers(JsonNode value, params string[] names) => Assert.All(names, name => Assert.True(value.AsObject().ContainsKey(name), $"{name} is missing in {value.GetPath()}"));

    private static Task<JsonObject> RecordAsync(RawPeer peer, string executions) => peer.CallAsync("workflow/record", $$"""{"executions":[{{executions}}]}""".ReplaceLineEndings(""));

    private static Task<JsonNode> RunAsync(RawPeer peer, string execution) => AnalyzeAsync(peer, $$"""{"workflow_id":"{{execution}}"}""");

    private static async Task<JsonNode> AnalyzeAsync(RawPeer peer, string arguments)
    {
        var answer = await peer.CallAsync("workflow/analyze", arguments);
        Assert.True(answer["result"] is not null, answer.ToJsonString());
        return answer["result"]!;
    }
}
