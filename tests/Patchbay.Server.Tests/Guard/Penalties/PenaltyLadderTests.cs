using FsCheck;
using FsCheck.Fluent;
using Patchbay.Server.Guard.Penalties;

namespace Patchbay.Server.Tests.Guard.Penalties;

public sealed class PenaltyLadderTests
{
    private const long T0 = 1_900_000_000_000;
    private const long Second = 1_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    // The table of the contract, section 8: level, block, time to fall, time within which an excess after the ban leads higher.
    public static TheoryData<int, long, long> Falls => new()
    {
        { 1, 0, 10 * Minute },
        { 2, 30 * Second, 10 * Minute },
        { 3, Minute, 10 * Minute },
        { 4, 5 * Minute, Hour },
        { 5, 30 * Minute, Day },
        { 6, 2 * Hour, Day },
        { 7, Day, 7 * Day },
    };

    public static TheoryData<int, long> Relapses => new()
    {
        { 3, Hour },
        { 4, Day },
        { 5, Day },
        { 6, Day },
    };

    [Theory]
    [MemberData(nameof(Falls))]
    [Patchbay.Testing.Requirement("PROTO-8-15", "PROTO-8-17")]
    public void Each_level_blocks_for_its_time_and_falls_by_one_after_its_clean_time(int level, long block, long fall)
    {
        var (state, now) = Climb(level);

        Assert.Equal(level, state.Level);
        Assert.Equal(block, state.BlockedUntil == 0 ? 0 : Math.Max(0, state.BlockedUntil - now));
        Assert.Equal(level, PenaltyLadder.At(state, now + fall - 1).Level);
        Assert.Equal(level - 1, PenaltyLadder.At(state, now + fall).Level);
    }

    [Theory]
    [MemberData(nameof(Falls))]
    public void It_falls_level_by_level_down_to_nothing(int level, long block, long fall)
    {
        Assert.True(block < fall);
        long[] clean = [0, 10 * Minute, 10 * Minute, 10 * Minute, Hour, Day, Day, 7 * Day];
        var (state, now) = Climb(level);
        for (int below = level; below > 0; below--)
        {
            now += clean[below];
            Assert.Equal(below - 1, PenaltyLadder.At(state, now).Level);
        }

        Assert.True(PenaltyLadder.At(state, now + Day + 1).IsClean);
    }

    [Theory]
    [MemberData(nameof(Relapses))]
    public void An_excess_after_a_ban_leads_one_higher_within_its_time_although_the_level_has_fallen(int level, long within)
    {
        var (state, now) = Climb(level);

        Assert.Equal(level + 1, PenaltyLadder.Refuse(state, now + within, 1).Level);
        Assert.Equal(level + 1, PenaltyLadder.Refuse(state, state.BlockedUntil, 1).Level);
        Assert.True(PenaltyLadder.Refuse(state, now + within + 1, 1).Level <= level);
    }

    [Fact]
    public void Level_seven_is_renewed_by_a_further_excess()
    {
        var (state, now) = Climb(7);
        var again = PenaltyLadder.Refuse(state, now + (2 * Day), 1);
        Assert.Equal(7, again.Level);
        Assert.True(again.IsBanned(now + (3 * Day) - 1));
        Assert.False(again.IsBanned(now + (3 * Day)));
    }

    [Fact]
    public void A_refusal_within_a_ban_changes_nothing()
    {
        var (state, now) = Climb(3);
        Assert.Same(state, PenaltyLadder.Refuse(state, now + Minute - 1, 51));
        Assert.Same(state, PenaltyLadder.CloseForInvalid(state, now + Minute - 1));
    }

    [Fact]
    [Patchbay.Testing.Requirement("PROTO-8-12")]
    public void Ten_refusals_in_a_minute_stay_on_level_1_and_the_eleventh_leads_to_2()
    {
        var state = PenaltyState.Clean;
        for (int refusal = 1; refusal <= 10; refusal++)
            state = PenaltyLadder.Refuse(state, T0 + (refusal * Second), refusal);
        Assert.Equal(1, state.Level);
        Assert.Equal(2, PenaltyLadder.Refuse(state, T0 + (11 * Second), 11).Level);
    }

    [Theory]
    [InlineData(10 * Minute, 2)]
    [InlineData((10 * Minute) - 1, 2)]
    [InlineData((10 * Minute) + 1, 1)]
    public void An_excess_again_after_something_was_admitted_leads_to_2_within_ten_minutes(long after, int level)
    {
        var state = PenaltyLadder.Admit(PenaltyLadder.Refuse(PenaltyState.Clean, T0, 1));
        if (after == 10 * Minute)
            after--; // Ten clean minutes are over at this very moment: the level has fallen, and the excess is a first one.
        Assert.Equal(level, PenaltyLadder.Refuse(state, T0 + after, 1).Level);
    }

    [Fact]
    public void More_than_fifty_refusals_lead_from_2_to_3_also_outside_the_cooldown()
    {
        var (state, now) = Climb(2);
        Assert.Equal(2, PenaltyLadder.Refuse(state, now + (40 * Second), 50).Level);
        Assert.Equal(3, PenaltyLadder.Refuse(state, now + (40 * Second), 51).Level);
    }

    [Fact]
    public void An_excess_after_the_cooldown_starts_another_one()
    {
        var (state, now) = Climb(2);
        var again = PenaltyLadder.Refuse(state, now + (30 * Second), 1);
        Assert.Equal(2, again.Level);
        Assert.Equal(now + (60 * Second), again.BlockedUntil);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(4_999, 2)]
    [InlineData(5_000, 3)]
    [InlineData(29_999, 3)]
    [Patchbay.Testing.Requirement("PROTO-8-14")]
    public void An_excess_in_the_cooldown_leads_to_3_once_five_seconds_of_it_have_passed(long after, int level)
    {
        var (state, now) = Climb(2);
        Assert.Equal(level, PenaltyLadder.Refuse(state, now + after, 1).Level);
    }

    [Fact]
    public void Three_closes_for_invalid_messages_within_an_hour_lead_to_3()
    {
        var state = PenaltyLadder.CloseForInvalid(PenaltyState.Clean, T0);
        state = PenaltyLadder.CloseForInvalid(state, T0 + Minute);
        Assert.Equal(0, state.Level);
        Assert.False(state.IsClean);

        Assert.Equal(3, PenaltyLadder.CloseForInvalid(state, T0 + Hour).Level);
        Assert.Equal(0, PenaltyLadder.CloseForInvalid(state, T0 + Hour + 1).Level);
        Assert.True(PenaltyLadder.At(state, T0 + Minute + Hour + 1).IsClean);
    }

    [Fact]
    public void A_third_close_within_five_seconds_of_a_step_bans_when_they_have_passed()
    {
        var state = PenaltyLadder.CloseForInvalid(PenaltyLadder.CloseForInvalid(PenaltyState.Clean, T0), T0);
        state = PenaltyLadder.Refuse(state, T0 + Second, 1);
        state = PenaltyLadder.CloseForInvalid(state, T0 + (2 * Second));
        Assert.Equal(1, state.Level);

        Assert.Equal(1, PenaltyLadder.At(state, T0 + (6 * Second) - 1).Level);
        var banned = PenaltyLadder.At(state, T0 + (20 * Second));
        Assert.Equal(3, banned.Level);
        Assert.Equal(T0 + (66 * Second), banned.BlockedUntil);
    }

    // Invariant: whatever happens and when, two steps up are at least five seconds apart, a step is one level (or the jump of the three closes, to 3),
    // and a level never falls while its block lasts.
    [Fact]
    [Patchbay.Testing.Requirement("PROTO-8-10")]
    public void There_is_at_most_one_step_in_five_seconds() =>
        Prop.ForAll(
            Gen.Zip(Gen.Choose(0, 9), Gen.Frequency((6, Gen.Choose(0, 3_000)), (2, Gen.Choose(0, 120_000)), (1, Gen.Choose(0, 90_000_000)))).ArrayOf(300).ToArbitrary(),
            events =>
            {
                var state = PenaltyState.Clean;
                long now = T0;
                long stepped = 0;
                int refusals = 0;
                foreach (var (kind, gap) in events)
                {
                    now += gap;
                    refusals = gap > Minute ? 1 : Math.Min(51, refusals + 1);
                    var before = PenaltyLadder.At(state, now);
                    if (before.LastStep != state.LastStep)
                    {
                        if (stepped != 0 && before.LastStep - stepped < PenaltyLadder.StepMs)
                            return false;
                        stepped = before.LastStep;
                    }

                    state = kind switch
                    {
                        0 or 1 => PenaltyLadder.Admit(before),
                        2 => PenaltyLadder.CloseForInvalid(before, now),
                        _ => PenaltyLadder.Refuse(before, now, refusals),
                    };
                    if (state.LastStep == before.LastStep)
                        continue;
                    if (stepped != 0 && state.LastStep - stepped < PenaltyLadder.StepMs)
                        return false;
                    stepped = state.LastStep;
                    if (before.IsBanned(now) || (kind > 2 && state.Level > Math.Max(before.Level, before.BanLevel) + 1))
                        return false;
                }

                return true;
            }).QuickCheckThrowOnFailure();

    // Invariant: asking in between changes nothing; what a state has become depends on the time alone.
    [Fact]
    public void Looking_more_often_changes_nothing() =>
        Prop.ForAll(Gen.Choose(1, 7).ToArbitrary(), Gen.Choose(0, 100_000_000).ArrayOf(12).ToArbitrary(), (level, gaps) =>
        {
            var (state, now) = Climb(level);
            var looked = state;
            foreach (int gap in gaps)
            {
                now += gap;
                looked = PenaltyLadder.At(looked, now);
            }

            var once = PenaltyLadder.At(state, now);
            return (looked.Level, looked.BanLevel, looked.BlockedUntil) == (once.Level, once.BanLevel, once.BlockedUntil);
        }).QuickCheckThrowOnFailure();

    // The way up, by the shortest road; the time returned is that of the last step.
    private static (PenaltyState State, long Now) Climb(int level)
    {
        long now = T0;
        var state = PenaltyLadder.Refuse(PenaltyState.Clean, now, 1);
        while (state.Level < level)
        {
            now = Math.Max(now + PenaltyLadder.StepMs, state.Level >= PenaltyLadder.FirstBan ? state.BlockedUntil : 0);
            state = PenaltyLadder.Refuse(state, now, 11);
        }

        return (state, now);
    }
}
