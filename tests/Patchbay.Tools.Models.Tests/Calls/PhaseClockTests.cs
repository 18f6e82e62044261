using System.Text;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Tests.Calls;

/// <summary>The pause between bytes is measured on the bytes: comments count, which no parser shows.</summary>
public class PhaseClockTests
{
    private static readonly PhaseTimes Times = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(60));

    [Fact]
    public async Task A_comment_sets_the_pause_anew()
    {
        var time = new ManualTime();
        using var clock = new PhaseClock(Times, time, CancellationToken.None);
        using var stream = new EventBytes(new AnswerBody(new MemoryStream(Encoding.UTF8.GetBytes(": alive\n\n")), clock), 1000);
        clock.Enter(Phase.FirstByte);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(9, await stream.ReadAsync(new byte[100]));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(clock.Expired);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Phase.Idle, clock.Expired);
        Assert.True(clock.Token.IsCancellationRequested);
    }

    [Fact]
    public void The_first_time_that_is_up_is_the_one_that_counts()
    {
        var time = new ManualTime();
        using var clock = new PhaseClock(Times with { Total = TimeSpan.FromSeconds(4) }, time, CancellationToken.None);
        clock.Enter(Phase.FirstByte);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(Phase.Total, clock.Expired);
    }

    [Fact]
    public void Between_phases_only_the_total_counts()
    {
        var time = new ManualTime();
        using var clock = new PhaseClock(Times, time, CancellationToken.None);
        clock.Enter(Phase.Idle);
        clock.Enter(Phase.None);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(clock.Expired);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Phase.Total, clock.Expired);
    }
}
