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
            measured.Add(Run(() => { }));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(Enumerable.Range(0, 21).Select(i => i % 10 == 0), measured);
    }

    [Fact]
    public void A_heavy_tool_is_measured_each_time()
    {
        Assert.SkipUnless(ThreadClock.IsSupported, "this system does not tell a thread's CPU time");
        for (var i = 0; i < 5; i++)
            Assert.True(Run(Spin));
    }

    [Fact]
    public void An_execution_that_was_not_measured_is_taken_for_the_mean()
    {
        var first = _pace.End(_pace.Begin(_time, _time.GetTimestamp()))!.Value;
        var unmeasured = _pace.Begin(_time, _time.GetTimestamp());

        Assert.Null(unmeasured);
        Assert.Equal(first, _pace.End(unmeasured));
    }

    [Fact]
    public void Those_that_ended_before_anything_was_known_are_made_up_for_and_sums_only_rise()
    {
        var tool = new ToolStatistics();
        tool.RecordExecution(TimeSpan.FromMilliseconds(1), null);
        tool.RecordExecution(TimeSpan.FromMilliseconds(1), null);
        Assert.Null(tool.CpuMilliseconds);
        Assert.Null(tool.AllocatedBytes);

        tool.RecordExecution(TimeSpan.FromMilliseconds(1), new ExecutionCost(2_000_000, 500));

        Assert.Equal(3, tool.Executions);
        Assert.Equal(TimeSpan.FromMilliseconds(3), tool.ExecutionTime);
        Assert.Equal(6.0, tool.CpuMilliseconds);
        Assert.Equal(1_500, tool.AllocatedBytes);
        tool.RecordExecution(TimeSpan.Zero, default(ExecutionCost));
        Assert.Equal(6.0, tool.CpuMilliseconds);
    }

    // Runs it to its end; whether it was measured.
    private bool Run(Action work)
    {
        var meter = _pace.Begin(_time, _time.GetTimestamp());
        work();
        _pace.End(meter);
        return meter is not null;
    }

    private static void Spin()
    {
        var before = ThreadClock.Read();
        while (ThreadClock.Read() - before < 100_000)
        {
        }
    }
}
