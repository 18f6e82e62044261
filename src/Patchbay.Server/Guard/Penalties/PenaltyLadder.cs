namespace Patchbay.Server.Guard.Penalties;

/// <summary>The penalty ladder of protocol section 8 as a pure state machine: a state, what happened and when, gives the next state.</summary>
internal static class PenaltyLadder
{
    public const int Cooldown = 2;
    public const int FirstBan = 3;
    public const int Top = 7;

    /// <summary>At most one step up in this time.</summary>
    public const long StepMs = 5_000;

    /// <summary>More refusals than this in a minute lead from level 1 to 2.</summary>
    public const int RefusalsForCooldown = 10;

    /// <summary>More refusals than this in a minute lead from level 2 to 3.</summary>
    public const int RefusalsForBan = 50;

    /// <summary>So many closes for invalid messages within an hour lead to level 3.</summary>
    public const int InvalidClosesForBan = 3;

    private const long Second = 1_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;
    private const long AgainWithin = 10 * Minute;

    private static readonly long[] FallsAfter = [long.MaxValue, 10 * Minute, 10 * Minute, 10 * Minute, Hour, Day, Day, 7 * Day];
    private static readonly long[] BlocksFor = [0, 0, 30 * Second, Minute, 5 * Minute, 30 * Minute, 2 * Hour, Day];

    // How long after a ban a further excess leads to the level above it. It outlasts the level itself: level 3 falls to 2 after ten minutes,
    // but an excess within the hour still leads to 4. Above 7 there is nothing; while level 7 lasts, an excess renews its ban.
    private static readonly long[] RemembersFor = [0, 0, 0, Hour, Day, Day, Day, Day];

    /// <summary>What has become of a state by now: levels fallen, old bans and closes forgotten.</summary>
    public static PenaltyState At(PenaltyState state, long now)
    {
        if (state.IsClean)
            return state;
        state = Fall(StepOverdue(state, now), now);
        if (state.BanLevel > 0 && now - state.LastStep > RemembersFor[state.BanLevel])
            state = state with { BanLevel = 0 };
        if (state.InvalidCloses.Count > 0 && now - state.InvalidCloses[0] > Hour)
            state = state with { InvalidCloses = Within(state.InvalidCloses, now) };
        return state;
    }

    /// <summary>A message was refused.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="now">Milliseconds since the Unix epoch.</param>
    /// <param name="refusals">The refusals of the last 60 seconds, this one included.</param>
    public static PenaltyState Refuse(PenaltyState state, long now, int refusals)
    {
        state = At(state, now);
        if (state.IsBanned(now))
            return state;
        int target = Target(state, now, refusals);
        state = state with { LastExcess = now, CleanSince = now, AdmittedSince = false };
        return target > 0 && MayStep(state, now) ? Step(state, target, now) : state;
    }

    /// <summary>A message was admitted.</summary>
    public static PenaltyState Admit(PenaltyState state) => state.Level == 0 || state.AdmittedSince ? state : state with { AdmittedSince = true };

    /// <summary>A connection was closed with 4400.</summary>
    public static PenaltyState CloseForInvalid(PenaltyState state, long now)
    {
        state = At(state, now);
        if (state.IsBanned(now))
            return state;
        long[] closes = [.. state.InvalidCloses, now];
        return StepOverdue(state with { InvalidCloses = closes[^Math.Min(closes.Length, InvalidClosesForBan)..] }, now);
    }

    // 0: no step.
    private static int Target(PenaltyState state, long now, int refusals)
    {
        int banned = Math.Max(state.Level, state.BanLevel);
        if (banned >= FirstBan)
            return Math.Min(banned + 1, Top);
        switch (state.Level)
        {
            case 0:
                return 1;
            case 1:
                bool again = state.AdmittedSince && now - state.LastExcess <= AgainWithin;
                return again || refusals > RefusalsForCooldown ? Cooldown : 0;
            default:
                return state.IsCooling(now) || refusals > RefusalsForBan ? FirstBan : Cooldown;
        }
    }

    // The third close may come within five seconds of another step; its own step is then due when they have passed, whoever asks next.
    private static PenaltyState StepOverdue(PenaltyState state, long now)
    {
        if (state.InvalidCloses.Count < InvalidClosesForBan || state.InvalidCloses[^1] - state.InvalidCloses[0] > Hour)
            return state;
        long due = Math.Max(state.InvalidCloses[^1], state.LastStep == 0 ? 0 : state.LastStep + StepMs);
        if (now < due)
            return state;
        int banned = Math.Max(state.Level, state.BanLevel);
        return Step(state, banned >= FirstBan ? Math.Min(banned + 1, Top) : FirstBan, due);
    }

    private static bool MayStep(PenaltyState state, long now) => state.LastStep == 0 || now - state.LastStep >= StepMs;

    private static PenaltyState Step(PenaltyState state, int level, long at)
    {
        state = state with { Level = (byte)level, LastStep = at, CleanSince = at, BlockedUntil = at + BlocksFor[level] };
        return level < FirstBan ? state : state with { BanLevel = (byte)level, InvalidCloses = [] };
    }

    private static PenaltyState Fall(PenaltyState state, long now)
    {
        int level = state.Level;
        long since = state.CleanSince;
        while (level > 0 && now - since >= FallsAfter[level])
            since += FallsAfter[level--];
        return level == state.Level ? state : state with { Level = (byte)level, CleanSince = since };
    }

    private static long[] Within(IReadOnlyList<long> closes, long now) => [.. closes.Where(close => now - close <= Hour)];
}
