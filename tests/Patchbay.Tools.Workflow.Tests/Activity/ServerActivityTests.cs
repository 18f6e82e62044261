using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Tools.Workflow.Activity;
using Patchbay.Tools.Workflow.Tests.Testing;

namespace Patchbay.Tools.Workflow.Tests.Activity;

public sealed class ServerActivityTests
{
    [Fact]
    public async Task Sessions_and_calls_become_a_workflow_of_their_own()
    {
        using var room = new WorkflowRoom();
        var start = room.Clock.Now - TimeSpan.FromMinutes(10);
        using var activity = new ServerActivity(room.Store, room.Options, room.Clock, NullLogger<ServerActivity>.Instance);
        await activity.StartAsync(CancellationToken.None);

        activity.SessionStarted("ses-1", start, "demo 1.0");
        activity.CallEnded("ses-1", start, new ServerCall("req-1", "system/performance", start.AddSeconds(1), start.AddSeconds(2), start.AddSeconds(5), null));
        activity.CallEnded("ses-1", start, new ServerCall("req-2", "models/chat", start.AddSeconds(6), start.AddSeconds(6), start.AddSeconds(7), "TOOL_TIMEOUT"));
        activity.SessionEnded("ses-1", start, start.AddSeconds(20), isClean: true);
        activity.SessionStarted("ses-2", start);
        // What waits when the host stops is written first.
        await activity.StopAsync(CancellationToken.None);

        var result = await room.AnalyzeAsync(new { workflow_id = ServerActivity.WorkflowId });
        var executions = result.GetProperty("summary").GetProperty("executions");
        Assert.Equal((2, 1, 1), (executions.GetProperty("total").GetInt32(), executions.GetProperty("succeeded").GetInt32(), executions.GetProperty("running").GetInt32()));
        Assert.Equal(20, result.GetProperty("durations_s").GetProperty("max").GetDouble());
        var steps = result.GetProperty("steps").EnumerateArray().ToDictionary(step => step.GetProperty("name").GetString()!);
        Assert.Equal((1.0, 3.0), (steps["system/performance"].GetProperty("waiting_s").GetProperty("p50").GetDouble(), steps["system/performance"].GetProperty("running_s").GetProperty("p50").GetDouble()));
        Assert.Equal("TOOL_TIMEOUT", result.GetProperty("errors")[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_session_whose_process_was_killed_is_over_and_one_that_is_resumed_ends_when_it_ends()
    {
        using var room = new WorkflowRoom("sqlite");
        var start = room.Clock.Now;
        using (var killed = new ServerActivity(room.Store, room.Options, room.Clock, NullLogger<ServerActivity>.Instance))
        {
            await killed.StartAsync(CancellationToken.None);
            room.Clock.Now = start.AddSeconds(8);
            killed.SessionStarted("ses-lost", start);
            killed.SessionStarted("ses-resumed", start);
            await killed.StopAsync(CancellationToken.None);
        }

        room.Clock.Now = start.AddMinutes(5);
        using var next = new ServerActivity(room.Store, room.Options, room.Clock, NullLogger<ServerActivity>.Instance);
        room.Clock.Now = start.AddMinutes(6);
        next.SessionStarted("ses-new", room.Clock.Now);
        next.SessionEnded("ses-resumed", start.AddMinutes(5), start.AddMinutes(7), isClean: true);
        await next.StartAsync(CancellationToken.None);
        // It runs behind the start of the host; a stop that came before it would leave it to the next start.
        var waited = TimeProvider.System.GetTimestamp();
        while ((await RunAsync("ses-lost")).Item1 == "running" && TimeProvider.System.GetElapsedTime(waited) < TimeSpan.FromSeconds(30))
            await Task.Yield();
        await next.StopAsync(CancellationToken.None);

        async Task<(string?, double?)> RunAsync(string session)
        {
            var run = (await room.AnalyzeAsync(new { workflow_id = session })).GetProperty("run");
            return (run.GetProperty("status").GetString(), run.GetProperty("duration_s") is { ValueKind: System.Text.Json.JsonValueKind.Number } seconds ? seconds.GetDouble() : null);
        }

        Assert.Equal(("failed", 8.0), await RunAsync("ses-lost"));
        Assert.Equal(("succeeded", 420.0), await RunAsync("ses-resumed"));
        Assert.Equal("running", (await RunAsync("ses-new")).Item1);
    }

    [Fact]
    public async Task Nothing_is_recorded_when_it_is_switched_off()
    {
        using var room = new WorkflowRoom(configure: options => options.RecordOwnSessions = false);
        using var activity = new ServerActivity(room.Store, room.Options, room.Clock, NullLogger<ServerActivity>.Instance);
        await activity.StartAsync(CancellationToken.None);

        activity.SessionStarted("ses-1", room.Clock.Now);
        await activity.StopAsync(CancellationToken.None);

        Assert.Empty(await room.Store.ListAsync(CancellationToken.None));
    }

    [Fact]
    public void Reports_beyond_the_queue_are_dropped_and_counted()
    {
        using var room = new WorkflowRoom();
        using var activity = new ServerActivity(room.Store, room.Options, room.Clock, NullLogger<ServerActivity>.Instance);

        // Nobody reads: the service is not started.
        for (var number = 0; number < 8_192 + 5; number++)
            activity.SessionStarted($"ses-{number}", room.Clock.Now);

        Assert.Equal(5, activity.Dropped);
    }
}
