using System.Text.Json.Nodes;
using Patchbay.Tools.Workflow.Tests.Testing;

namespace Patchbay.Tools.Workflow.Tests.Tools;

public sealed class RunningExampleTests
{
    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task The_running_example_gives_the_published_figures(string store)
    {
        using var room = new WorkflowRoom(store);

        var recorded = await room.RecordAsync(new JsonObject { ["executions"] = new JsonArray([.. RunningExample.Executions()]) });

        Assert.Equal(6, recorded.GetProperty("accepted_executions").GetInt32());
        Assert.Equal(42, recorded.GetProperty("accepted_steps").GetInt32());
        Assert.Equal(0, recorded.GetProperty("rejected").GetArrayLength());
        await RunningExample.AssertFiguresAsync(room);
    }

    [Theory]
    [InlineData("memory", 1)]
    [InlineData("memory", 2)]
    [InlineData("sqlite", 3)]
    public async Task Shuffled_and_sent_twice_one_step_at_a_time_it_gives_the_same(string store, int seed)
    {
        using var room = new WorkflowRoom(store);
        var single = RunningExample.Executions().SelectMany(Split).ToArray();
        var random = new Random(seed);
        foreach (var round in (int[])[1, 2])
        {
            random.Shuffle(single);
            foreach (var batch in single.Chunk(7))
                await room.RecordAsync(new JsonObject { ["executions"] = new JsonArray([.. batch.Select(execution => execution.DeepClone())]) });
        }

        await RunningExample.AssertFiguresAsync(room);
    }

    [Fact]
    public async Task It_survives_the_end_of_the_process()
    {
        using var room = new WorkflowRoom("sqlite");
        await room.RecordAsync(new JsonObject { ["executions"] = new JsonArray([.. RunningExample.Executions()]) });

        room.Restart();

        await RunningExample.AssertFiguresAsync(room);
    }

    private static IEnumerable<JsonObject> Split(JsonObject execution)
    {
        foreach (var step in execution["steps"]!.AsArray())
        {
            var part = execution.DeepClone().AsObject();
            part["steps"] = new JsonArray(step!.DeepClone());
            yield return part;
        }
    }
}
