using Patchbay.Server.Guard.Penalties;

namespace Patchbay.Server.Guard.RateLimit;

/// <summary>Window and penalty of one key. The caller holds the lock on the meter itself: an idle key shall not pay for a lock of its own.</summary>
internal sealed class KeyMeter
{
    private const uint WarningEverySeconds = 60;

    private SlidingWindow? _window;
    private Misconduct? _misconduct;
    private uint _warnedAt;

    /// <summary>Whether the meter was dropped; who still holds it takes a new one.</summary>
    public bool Dropped { get; set; }

    /// <summary>Whether the penalty has changed since it was stored.</summary>
    public bool Unsaved { get; set; }

    /// <summary>Whether nothing would be lost with the meter.</summary>
    public bool IsClean(long ticks) =>
        (_window is null || _window.Count(ticks) == 0) && (_misconduct is null || _misconduct.IsClean(ticks / TimeSpan.TicksPerMillisecond));

    /// <summary>The penalty as it is now.</summary>
    public PenaltyState Penalty(long nowMs) => _misconduct is null ? PenaltyState.Clean : PenaltyLadder.At(_misconduct.Penalty, nowMs);

    /// <summary>Puts a penalty in the place of what is held.</summary>
    public void Restore(PenaltyState penalty) => _misconduct = penalty.IsClean ? null : new Misconduct { Penalty = penalty };

    /// <summary>Notes a close for invalid messages; true when it led to a step up.</summary>
    public bool CloseForInvalid(long nowMs)
    {
        _misconduct ??= new Misconduct();
        long lastStep = _misconduct.Penalty.LastStep;
        _misconduct.Penalty = PenaltyLadder.CloseForInvalid(_misconduct.Penalty, nowMs);
        return _misconduct.Penalty.LastStep != lastStep;
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
        uint nowSeconds = (uint)(nowMs / 1_000);
        bool near = (long)used * 5 >= (long)limit * 4 && nowSeconds - _warnedAt >= WarningEverySeconds;
        if (near)
            _warnedAt = nowSeconds;
        return new RateVerdict(RateOutcome.Admitted, limit, limit - used, 0, nowMs, penalty.Level, near, Stepped: false);
    }

    private RateVerdict Refuse(SlidingWindow window, PenaltyState before, long ticks, bool penalties)
    {
        long nowMs = ticks / TimeSpan.TicksPerMillisecond;
        var after = before;
        long stepped = before.LastStep;
        var outcome = RateOutcome.Refused;
        if (penalties)
        {
            _misconduct ??= new Misconduct();
            stepped = _misconduct.Penalty.LastStep;
            after = _misconduct.Penalty = PenaltyLadder.Refuse(before, nowMs, _misconduct.Refuse(nowMs));
            if (after.IsBanned(nowMs))
                outcome = RateOutcome.CloseKey;
            else if (after.IsCooling(nowMs) && !_misconduct.MayAnswer(nowMs))
                outcome = RateOutcome.RefusedSilently;
        }

        long blockedFor = after.Level >= PenaltyLadder.Cooldown ? after.BlockedUntil - nowMs : 0;
        long retryAfter = Math.Max(1, Math.Max(window.RetryAfterMs(ticks), blockedFor));
        int remaining = Math.Max(0, window.Limit - window.Count(ticks));
        // Rounded up: at the moment told a place is free.
        long resetAt = SlidingWindow.ToMillisecondsUp(ticks) + retryAfter;
        return new RateVerdict(outcome, window.Limit, remaining, retryAfter, resetAt, after.Level, NearLimit: false, after.LastStep != stepped);
    }
}
