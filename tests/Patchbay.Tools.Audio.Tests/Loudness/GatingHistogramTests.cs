using FsCheck;
using FsCheck.Fluent;
using Patchbay.Tools.Audio.Loudness;

namespace Patchbay.Tools.Audio.Tests.Loudness;

public sealed class GatingHistogramTests
{
    // An endless stream keeps bins instead of blocks; what that costs stays below a tenth of a LU of the gated mean over all blocks.
    [Fact]
    public void Bins_give_the_integrated_loudness_of_the_blocks_themselves() => Prop.ForAll(
        Gen.Choose(-80_000, 5_000).Select(milli => milli / 1000.0).ListOf(400).ToArbitrary(),
        levels =>
        {
            var histogram = new GatingHistogram();
            foreach (var level in levels)
                histogram.Add(Energy(level));
            var above = levels.Where(level => level > -70).Select(Energy).ToList();
            var gate = LoudnessMeter.ToLufs(above.Average()) - 10;
            var exact = LoudnessMeter.ToLufs(above.Where(energy => LoudnessMeter.ToLufs(energy) > gate).Average());
            return Math.Abs(LoudnessMeter.ToLufs(histogram.GatedMean(10)!.Value) - exact) < 0.1;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_above_the_absolute_gate_is_no_loudness()
    {
        var histogram = new GatingHistogram();
        histogram.Add(Energy(-70));
        histogram.Add(0);
        Assert.Null(histogram.GatedMean(10));
        Assert.Null(histogram.Percentile(20, 0.95));
    }

    [Fact]
    public void Percentiles_take_the_rank_that_Tech_3342_rounds_to()
    {
        // 21 values from -40 to -20: ranks round(20·0.10 + 1) = 3 and round(20·0.95 + 1) = 20.
        var histogram = new GatingHistogram();
        for (var level = -40; level <= -20; level++)
            histogram.Add(Energy(level));
        Assert.Equal(-38, histogram.Percentile(30, 0.10)!.Value, 6);
        Assert.Equal(-21, histogram.Percentile(30, 0.95)!.Value, 6);
    }

    private static double Energy(double lufs) => Math.Pow(10, (lufs + 0.691) / 10);
}
