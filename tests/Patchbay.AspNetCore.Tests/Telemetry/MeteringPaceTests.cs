using Patchbay.Server.Diagnostics;
using Patchbay.Server.Telemetry;
using Patchbay.Testing;

namespace Patchbay.AspNetCore.Tests.Telemetry;

/// <summary>Which executions are measured, and what stands for the others.</summary>
public class MeteringPaceTests
{
    private readonly ManualTime _time = new();
    private readonly MeteringPace _pace = new();

    [Fact]
    public void A_light_tool_is_measured_once_in_ten_milliseconds()
    {
        var measured = new List<bool>();
        for (var i = 0; i < 21; i++)
        {
            measured.Add(Runs(49_999));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(Enumerable.Range(0, 21).Select(i => i % 10 == 0), measured);
    }

    [Fact]
    public void A_heavy_tool_is_measured_each_time()
    {
        for (var i = 0; i < 5; i++)
            Assert.True(Runs(50_000));
    }

    [Fact]
    public void An_execution_that_was_not_measured_is_taken_for_the_mean()
    {
        var costs = new Costs();
        _pace.End(null, costs);
        _pace.Note(new ExecutionCost(100, 40));
        _pace.Note(new ExecutionCost(300, 80));
        _pace.End(null, costs);

        Assert.Equal([null, new ExecutionCost(200, 60)], costs.Taken);
    }

    [Fact]
    public void What_was_measured_is_handed_over_and_noted()
    {
        var costs = new Costs();
        _pace.End(_pace.Begin(_time, _time.GetTimestamp()), costs);
        _pace.End(null, costs);

        Assert.Equal(2, costs.Taken.Count);
        Assert.NotNull(costs.Taken[0]);
        Assert.Equal(costs.Taken[0], costs.Taken[1]);
    }

    [Fact]
    public void Those_that_ended_before_anything_was_known_are_made_up_for_and_sums_only_rise()
    {
        var tool = new ToolStatistics("test");
        tool.RecordExecution(TimeSpan.FromMilliseconds(1), null);
        tool.RecordExecution(TimeSpan.FromMilliseconds(1), null);
        Assert.Null(tool.CpuMilliseconds);
        Assert.Null(tool.AllocatedBytes);

        tool.RecordExecution(TimeSpan.FromMilliseconds(1), new ExecutionCost(2_000_000, 500));

        Assert.Equal((3L, TimeSpan.FromMilliseconds(3)), (tool.Executions, tool.ExecutionTime));
        Assert.Equal(6.0, tool.CpuMilliseconds);
        Assert.Equal(1_500, tool.AllocatedBytes);
        tool.RecordExecution(TimeSpan.Zero, default(ExecutionCost));
        Assert.Equal(6.0, tool.CpuMilliseconds);
    }

    // Whether an execution of this cost was measured.
    private bool Runs(long nanoseconds)
    {
        var meter = _pace.Begin(_time, _time.GetTimestamp());
        meter?.End(_ => _pace.Note(new ExecutionCost(nanoseconds, 0)));
        return meter is not null;
    }

    private sealed class Costs : IExecutionCosts
    {
        public List<ExecutionCost?> Taken { get; } = [];

        public void Add(ExecutionCost? cost) => Taken.Add(cost);
    }
}
