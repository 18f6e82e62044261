using Patchbay.Server.Guard.Penalties;

namespace Patchbay.Server.Guard.RateLimit;

/// <summary>Window and penalty of one key. The caller holds the lock on the meter itself: an idle key shall not pay for a lock of its own.</summary>
internal sealed class KeyMeter
{
    private const long WarningEveryMs = 60_000;

    private SlidingWindow? _window;
    private Misconduct? _misconduct;
    private long _warnedAt;

    /// <summary>Whether the meter was dropped; who still holds it takes a new one.</summary>
    public bool Dropped { get; set; }

    /// <summary>Whether nothing would be lost with the meter.</summary>
    public bool IsClean(long ticks) =>
        (_window is null || _window.Count(ticks) == 0) && (_misconduct is null || _misconduct.IsClean(ticks / TimeSpan.TicksPerMillisecond));

    /// <summary>The penalty as it is now.</summary>
    public PenaltyState Penalty(long nowMs)
    {
        if (_misconduct is null)
            return PenaltyState.Clean;
        return _misconduct.Penalty = PenaltyLadder.At(_misconduct.Penalty, nowMs);
    }

    /// <summary>Puts a penalty in the place of what is held.</summary>
    public void Restore(PenaltyState penalty) => _misconduct = penalty.IsClean ? null : Misconduct.Restored(penalty);

    /// <summary>Notes a close for invalid messages; true when it led to a step up.</summary>
    public bool CloseForInvalid(long nowMs)
    {
        _misconduct ??= new Misconduct();
        _misconduct.Penalty = PenaltyLadder.CloseForInvalid(_misconduct.Penalty, nowMs);
        return _misconduct.TellStep();
    }

    /// <summary>Admits or refuses one message.</summary>
    public RateVerdict Take(long ticks, int limit, bool penalties)
    {
        long nowMs = ticks / TimeSpan.TicksPerMillisecond;
        if (_window?.Limit != limit)
            _window = SlidingWindow.Create(limit, _window, ticks);
        var penalty = penalties ? Penalty(nowMs) : PenaltyState.Clean;
        bool blocked = nowMs < penalty.BlockedUntil && penalty.Level >= PenaltyLadder.Cooldown;
        if (blocked || !_window.TryTake(ticks))
            return Refuse(_window, penalty, ticks, penalties);

        if (penalty.Level > 0)
            _misconduct!.Penalty = PenaltyLadder.Admit(penalty);
        int used = _window.Count(ticks);
        bool near = (long)used * 5 >= (long)limit * 4 && (_warnedAt == 0 || nowMs - _warnedAt >= WarningEveryMs);
        if (near)
            _warnedAt = nowMs;
        return new RateVerdict(RateOutcome.Admitted, limit, limit - used, 0, nowMs, penalty.Level, near, Stepped: false);
    }

    private RateVerdict Refuse(SlidingWindow window, PenaltyState before, long ticks, bool penalties)
    {
        long nowMs = ticks / TimeSpan.TicksPerMillisecond;
        var after = before;
        var outcome = RateOutcome.Refused;
        if (penalties)
        {
            _misconduct ??= new Misconduct();
            after = _misconduct.Penalty = PenaltyLadder.Refuse(before, nowMs, _misconduct.Refuse(nowMs));
            if (after.IsBanned(nowMs))
                outcome = RateOutcome.CloseKey;
            else if (after.IsCooling(nowMs) && !_misconduct.MayAnswer(nowMs))
                outcome = RateOutcome.RefusedSilently;
        }

        long blockedFor = after.Level >= PenaltyLadder.Cooldown ? after.BlockedUntil - nowMs : 0;
        long retryAfter = Math.Max(1, Math.Max(window.RetryAfterMs(ticks), blockedFor));
        int remaining = Math.Max(0, window.Limit - window.Count(ticks));
        return new RateVerdict(outcome, window.Limit, remaining, retryAfter, nowMs + retryAfter, after.Level, NearLimit: false, penalties && _misconduct!.TellStep());
    }
}
