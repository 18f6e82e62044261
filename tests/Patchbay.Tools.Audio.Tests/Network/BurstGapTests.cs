using FsCheck;
using FsCheck.Fluent;
using Patchbay.Tools.Audio.Network;

namespace Patchbay.Tools.Audio.Tests.Network;

public sealed class BurstGapTests
{
    [Fact]
    public void The_printed_example_of_RFC_3611_has_its_burst_of_120_ms()
    {
        var figures = Figures("11110111111111111111111X111X1011110111111111111111111X111111111");
        Assert.Equal(1, figures.Count);
        Assert.Equal(120, figures.MeanMs);
        Assert.Equal(4.0 / 12, figures.Density!.Value, 9);
        // 63 characters are printed: 51 in the two gaps, 2 of them lost or discarded.
        Assert.Equal(2.0 / 51, figures.GapDensity!.Value, 9);
        Assert.Equal(255, figures.GapMeanMs);
    }

    [Fact]
    public void Without_loss_there_is_one_gap_and_no_burst() =>
        Assert.Equal(new BurstGapFigures(0, null, null, 0, 1000, 0, null, null), Figures(new string('1', 100)));

    [Fact]
    public void Losses_at_both_ends_leave_one_gap_between_two_bursts()
    {
        var figures = Figures("00" + new string('1', 30) + "00");
        Assert.Equal(2, figures.Count);
        Assert.Equal(300, figures.GapMeanMs);
        Assert.Equal(0, figures.GapDensity);
    }

    [Fact]
    public void The_two_states_of_the_Gilbert_model_are_counted_transitions()
    {
        // After a received frame (4 times) one loss; after a lost one (3 times) one reception.
        var figures = Figures("11000111");
        Assert.Equal(1.0 / 4, figures.P!.Value, 9);
        Assert.Equal(1.0 / 3, figures.Q!.Value, 9);
        Assert.Equal(12.0 / 7, figures.BurstR!.Value, 9);
    }

    // The definition read literally: two bad frames belong together when fewer than 16 good ones stand between them; groups of one are gap.
    [Fact]
    public void Any_pattern_has_the_bursts_of_the_definition() => Prop.ForAll(
        Gen.Frequency((12, Gen.Constant('1')), (1, Gen.Constant('0')), (1, Gen.Constant('X'))).ListOf(300).Select(list => string.Concat(list)).ToArbitrary(),
        pattern =>
        {
            var bad = Enumerable.Range(0, pattern.Length).Where(i => pattern[i] != '1').ToList();
            var groups = new List<List<int>>();
            foreach (var at in bad)
            {
                if (groups.Count > 0 && at - groups[^1][^1] - 1 < 16)
                    groups[^1].Add(at);
                else
                    groups.Add([at]);
            }
            var bursts = groups.Where(group => group.Count > 1).ToList();
            var frames = bursts.Sum(group => group[^1] - group[0] + 1);
            var figures = Figures(pattern);
            return figures.Count == bursts.Count
                && Close(figures.Density, frames == 0 ? null : (double)bursts.Sum(group => group.Count) / frames)
                && Close(figures.GapDensity, frames == pattern.Length ? null : (double)groups.Count(group => group.Count == 1) / (pattern.Length - frames));
        }).QuickCheckThrowOnFailure();

    private static bool Close(double? a, double? b) => a is null ? b is null : b is not null && Math.Abs(a.Value - b.Value) < 1e-12;

    private static BurstGapFigures Figures(string pattern)
    {
        var automaton = default(BurstGapAutomaton);
        foreach (var frame in pattern)
            automaton.Add(frame switch { '1' => FrameFate.Received, 'X' => FrameFate.Discarded, _ => FrameFate.Lost });
        return automaton.Figures(10);
    }
}
