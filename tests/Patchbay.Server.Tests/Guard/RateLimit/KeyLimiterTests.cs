using Patchbay.Server.Guard.Penalties;
using Patchbay.Server.Guard.RateLimit;
using Patchbay.Store.Penalties;

namespace Patchbay.Server.Tests.Guard.RateLimit;

public sealed class KeyLimiterTests
{
    private readonly ManualTime _time = new();
    private readonly List<PenaltyStep> _steps = [];
    private RateLimitSettings _settings = new();

    private KeyLimiter Limiter() => new(_time, () => _settings, _steps.Add);

    [Fact]
    public void The_hundred_and_first_message_is_refused_with_everything_a_client_needs_to_wait()
    {
        var limiter = Limiter();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(RateOutcome.Admitted, limiter.Take("a", null).Outcome);
            _time.AdvanceMs(10);
        }

        var refused = limiter.Take("a", null);

        // The first message went out 1,000 ms ago.
        Assert.Equal(RateOutcome.Refused, refused.Outcome);
        var details = refused.ToError().Details!;
        Assert.Equal(100, (int)details["limit"]!);
        Assert.Equal(60_000, (int)details["window_ms"]!);
        Assert.Equal(0, (int)details["remaining"]!);
        Assert.Equal(59_000, (long)details["retry_after_ms"]!);
        Assert.Equal("2030-01-01T00:01:00.000Z", (string)details["reset_at"]!);
        Assert.Equal(1, (int)details["penalty_level"]!);
        _time.AdvanceMs(58_999);
        Assert.Equal(RateOutcome.Refused, limiter.Take("a", null).Outcome);
        _time.AdvanceMs(1);
        Assert.Equal(RateOutcome.Admitted, limiter.Take("a", null).Outcome);
    }

    [Fact]
    public void Keys_do_not_share_a_window_and_may_have_their_own_limit()
    {
        var limiter = Limiter();
        Assert.Equal(RateOutcome.Admitted, limiter.Take("a", 1).Outcome);
        Assert.Equal(RateOutcome.Refused, limiter.Take("a", 1).Outcome);
        Assert.Equal(RateOutcome.Admitted, limiter.Take("b", 1).Outcome);
    }

    [Fact]
    public void At_four_fifths_of_the_limit_a_warning_is_due_once_a_minute()
    {
        var limiter = Limiter();
        var near = Enumerable.Range(1, 100).Where(_ => limiter.Take("a", null).NearLimit).ToArray();
        Assert.Equal([80], near);
        _time.AdvanceMs(60_000);
        Assert.Equal([80], Enumerable.Range(1, 100).Where(_ => limiter.Take("a", null).NearLimit));
    }

    [Fact]
    public void A_flood_climbs_to_a_ban_in_ten_seconds_and_is_told_when_it_ends()
    {
        var limiter = Limiter();
        RateVerdict verdict;
        do
        {
            _time.AdvanceMs(20);
            verdict = limiter.Take("a", null);
        }
        while (verdict.Outcome != RateOutcome.CloseKey);

        // 100 admitted, the first refusal at 2,020 ms, and two more steps five seconds apart (on the 20 ms of the flood).
        Assert.Equal(12_020, _time.GetTimestamp() / TimeSpan.TicksPerMillisecond);
        Assert.Equal([1, 2, 3], _steps.Select(step => step.Level));
        Assert.Equal(60_000, verdict.RetryAfterMs);
        Assert.Equal("RATE_LIMIT_EXCEEDED retry_after_ms=60000", verdict.CloseReason);
        Assert.Equal(60_000, limiter.BannedForMs("a"));
        _time.AdvanceMs(59_999);
        Assert.Equal(1, limiter.BannedForMs("a"));
        _time.AdvanceMs(1);
        Assert.Equal(0, limiter.BannedForMs("a"));
        Assert.Equal(RateOutcome.Admitted, limiter.Take("a", null).Outcome);
        Assert.Equal(3, limiter.PenaltyLevel("a"));
    }

    [Fact]
    [Patchbay.Testing.Requirement("PROTO-8-13")]
    public void In_a_cooldown_ten_refusals_a_second_are_answered_and_retry_after_covers_cooldown_and_window()
    {
        var limiter = Limiter();
        for (int i = 0; i < 111; i++)
            limiter.Take("a", null);
        _time.AdvanceMs(5_000);
        var first = limiter.Take("a", null);
        Assert.Equal((2, RateOutcome.Refused), (first.PenaltyLevel, first.Outcome));
        Assert.Equal(55_000, first.RetryAfterMs);

        var outcomes = Enumerable.Range(0, 20).Select(_ => limiter.Take("a", null).Outcome).ToArray();
        Assert.Equal(9, outcomes.Count(outcome => outcome == RateOutcome.Refused));
        Assert.Equal(11, outcomes.Count(outcome => outcome == RateOutcome.RefusedSilently));
        _time.AdvanceMs(1_000);
        Assert.Equal(RateOutcome.Refused, limiter.Take("a", null).Outcome);
    }

    [Fact]
    public void In_a_cooldown_all_is_refused_although_the_window_has_room()
    {
        var limiter = Limiter();
        limiter.Take("a", 1);
        limiter.Take("a", 1);
        _time.AdvanceMs(60_000);
        limiter.Take("a", 1);
        Assert.Equal(2, limiter.Take("a", 1).PenaltyLevel);
        _time.AdvanceMs(4_000);

        var refused = limiter.Take("a", 1_000);

        Assert.Equal(RateOutcome.Refused, refused.Outcome);
        Assert.Equal(26_000, refused.RetryAfterMs);
    }

    [Fact]
    [Patchbay.Testing.Requirement("PROTO-8-09")]
    public void Without_the_ladder_messages_are_refused_and_nothing_is_held_against_the_key()
    {
        _settings = new RateLimitSettings(100, Penalties: false);
        var limiter = Limiter();
        for (int i = 0; i < 2_000; i++)
        {
            _time.AdvanceMs(10);
            var verdict = limiter.Take("a", null);
            Assert.Equal(i < 100 ? RateOutcome.Admitted : RateOutcome.Refused, verdict.Outcome);
            Assert.Equal(0, verdict.PenaltyLevel);
        }

        Assert.Equal(0, limiter.CloseForInvalid("a") + limiter.CloseForInvalid("a") + limiter.CloseForInvalid("a"));
        Assert.Empty(_steps);
        Assert.Empty(limiter.TakeUnsaved());
    }

    [Fact]
    public void A_new_setting_holds_for_the_next_message()
    {
        var limiter = Limiter();
        for (int i = 0; i < 100; i++)
            limiter.Take("a", null);
        _settings = new RateLimitSettings(101);
        Assert.Equal(RateOutcome.Admitted, limiter.Take("a", null).Outcome);
        Assert.Equal(RateOutcome.Refused, limiter.Take("a", null).Outcome);
    }

    [Fact]
    public void Three_closes_for_invalid_messages_ban_the_key()
    {
        var limiter = Limiter();
        Assert.Equal(0, limiter.CloseForInvalid("a"));
        Assert.Equal(0, limiter.CloseForInvalid("a"));
        Assert.Equal(60_000, limiter.CloseForInvalid("a"));
        Assert.Equal([new PenaltyStep("a", 3, 60_000)], _steps);
    }

    [Fact]
    public async Task Neither_a_restart_nor_a_late_write_loses_or_revives_a_penalty()
    {
        var cancel = TestContext.Current.CancellationToken;
        var store = new MemoryPenaltyStore();
        var limiter = Limiter();
        var keeper = new PenaltyKeeper(limiter, store, _time);
        await keeper.LoadAsync(cancel);
        for (int i = 0; i < 3; i++)
            limiter.CloseForInvalid("a");
        await keeper.SyncAsync(cancel);

        var restarted = Limiter();
        await new PenaltyKeeper(restarted, store, _time).LoadAsync(cancel);
        Assert.Equal(60_000, restarted.BannedForMs("a"));
        var commands = new PenaltyCommands(store, _time);
        Assert.Equal(new PenaltyEntry("a", 3, ManualTime.Start.AddSeconds(60), null), Assert.Single(await commands.ListAsync(cancel)));

        Assert.True(await commands.ClearAsync("a", cancel));
        limiter.GiveBack([PenaltyRecords.ToRecord("a", PenaltyState.Clean)]);
        await keeper.SyncAsync(cancel);
        Assert.Equal(0, limiter.BannedForMs("a"));
        Assert.Empty((await store.LoadAsync(cancel)).Records);
    }

    [Fact]
    public async Task A_penalty_that_time_has_lifted_leaves_the_store_at_the_next_start()
    {
        var cancel = TestContext.Current.CancellationToken;
        var store = new MemoryPenaltyStore();
        var limiter = Limiter();
        limiter.Take("a", 1);
        limiter.Take("a", 1);
        await new PenaltyKeeper(limiter, store, _time).SyncAsync(cancel);
        Assert.Single((await store.LoadAsync(cancel)).Records);
        _time.Advance(TimeSpan.FromMinutes(10));
        await new PenaltyKeeper(Limiter(), store, _time).LoadAsync(cancel);
        Assert.Empty((await store.LoadAsync(cancel)).Records);
    }

    [Fact]
    public void Clean_keys_make_room_for_new_ones()
    {
        var limiter = Limiter();
        for (int i = 0; i < 10_000; i++)
        {
            limiter.Take("key" + i, null);
            _time.AdvanceMs(600);
        }

        // A hundred keys are within their minute; two looks for each new key find the rest.
        Assert.InRange(limiter.Known, 100, 400);
    }

    [Fact]
    public async Task Many_threads_together_get_exactly_the_limit()
    {
        var limiter = Limiter();
        int admitted = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                if (limiter.Take("a", 777).Outcome == RateOutcome.Admitted)
                    Interlocked.Increment(ref admitted);
            }
        })));
        Assert.Equal(777, admitted);
    }
}
