using FsCheck;
using FsCheck.Fluent;
using Patchbay.Tools.Audio.Network;

namespace Patchbay.Tools.Audio.Tests.Network;

/// <summary>Golden rows on which two independent implementations of ITU-T G.107 agree to four decimals.</summary>
public sealed class EModelTests
{
    [Theory]
    [InlineData(0, 0, 4.3, 93.2062, 4.4094)]
    [InlineData(150, 0, 4.3, 89.5391, 4.3275)]
    [InlineData(250, 0, 4.3, 79.1771, 3.9925)]
    [InlineData(0, 1, 25.1, 89.5664, 4.3282)]
    [InlineData(0, 5, 25.1, 77.4255, 3.9231)]
    [InlineData(0, 1, 4.3, 75.2817, 3.8339)]
    public void The_rating_and_the_score_have_their_golden_values(double delay, double loss, double bpl, double r, double mos)
    {
        var rating = EModel.Narrowband(new EModelInput(delay, loss, Bpl: bpl));
        Assert.Equal(r, rating.R, 1e-4);
        Assert.Equal(mos, rating.Mos, 1e-4);
    }

    [Fact]
    public void The_parts_have_their_golden_values()
    {
        var plain = EModel.Narrowband(new EModelInput(BurstR: 1));
        Assert.Equal(94.7688, plain.Ro, 1e-4);
        Assert.Equal(1.4136, plain.Is, 1e-4);
        Assert.Equal(0.1490, plain.Idle, 1e-4);
        var delayed = EModel.Narrowband(new EModelInput(250));
        Assert.Equal(4.2429, delayed.Idte, 1e-4);
        Assert.Equal(1.0186, delayed.Idle, 1e-4);
        Assert.Equal(8.9167, delayed.Idd, 1e-4);
        Assert.Equal(15.7807, EModel.Narrowband(new EModelInput(0, 5, Bpl: 25.1)).IeEff, 1e-4);
    }

    [Theory]
    [InlineData(90, 4.339)]
    [InlineData(70, 3.597)]
    [InlineData(60, 3.1)]
    [InlineData(50, 2.575)]
    public void The_score_of_a_rating_follows_the_curve_of_Annex_B(double r, double mos) => Assert.Equal(mos, EModel.Mos(r), 5e-4);

    // The cubic dips below 1 between 0 and 6.5, which is no score.
    [Fact]
    public void The_score_is_never_below_one_nor_above_four_and_a_half() =>
        Prop.ForAll(Gen.Choose(-50_000, 150_000).Select(r => r / 1000.0).ToArbitrary(), r => EModel.Mos(r) is >= 1 and <= 4.5).QuickCheckThrowOnFailure();

    [Fact]
    public void Bursty_loss_hurts_more_than_the_same_loss_spread_out() =>
        Assert.True(EModel.Narrowband(new EModelInput(0, 5, 2, Bpl: 25.1)).R < EModel.Narrowband(new EModelInput(0, 5, 1, Bpl: 25.1)).R);

    [Fact]
    public void The_wideband_rating_without_impairment_is_129_and_scores_full() =>
        Assert.Equal((129, 4.5), (EModel.Wideband(new EModelInput(BurstR: 1)).R, EModel.Wideband(new EModelInput(BurstR: 1)).Mos));
}
