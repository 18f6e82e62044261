using Patchbay.Server.Guard.Penalties;
using Patchbay.Store.Penalties;

namespace Patchbay.Server.Guard.RateLimit;

/// <summary>Rate limit and penalty ladder of every key (protocol section 8). Safe for concurrent use.</summary>
internal sealed class KeyLimiter
{
    private readonly SteadyClock _clock;
    private readonly KeyMeterTable _meters;
    private readonly Func<RateLimitSettings> _settings;
    private readonly Action<PenaltyStep>? _told;
    private readonly Lock _unsavedLock = new();
    private HashSet<string> _unsaved = new(StringComparer.Ordinal);

    /// <summary>Makes a limiter that knows no key.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="settings">Gives the settings as they are now; asked once per message.</param>
    /// <param name="stepped">Told of each step up, on the thread of the message that led to it and outside every lock; must not throw.</param>
    public KeyLimiter(TimeProvider time, Func<RateLimitSettings> settings, Action<PenaltyStep>? stepped = null)
    {
        _clock = new SteadyClock(time);
        _meters = new KeyMeterTable(_clock);
        _settings = settings;
        _told = stepped;
    }

    /// <summary>Set at each step up, so that it is stored at once.</summary>
    public Signal Stepped { get; } = new();

    /// <summary>How many keys are held in memory.</summary>
    public int Known => _meters.Count;

    /// <summary>Admits or refuses one message of a key: every message but heartbeats, acks, audio frames and <c>session/resume</c>.</summary>
    /// <param name="keyId">The key.</param>
    /// <param name="ownLimit">The key's own limit, or null.</param>
    public RateVerdict Take(string keyId, int? ownLimit)
    {
        var current = _settings();
        RateVerdict verdict;
        PenaltyStep step = default;
        var meter = _meters.Enter(keyId);
        try
        {
            long ticks = _clock.Ticks;
            verdict = meter.Take(ticks, ownLimit ?? current.MessagesPerMinute, current.Penalties);
            if (verdict.Outcome != RateOutcome.Admitted && current.Penalties)
                MarkUnsaved(keyId, meter);
            if (verdict.Stepped)
                step = Step(keyId, meter, ticks / TimeSpan.TicksPerMillisecond);
        }
        finally
        {
            Monitor.Exit(meter);
        }

        if (verdict.Stepped)
            Tell(step);
        return verdict;
    }

    /// <summary>How long a key is still banned, in milliseconds; 0 when it is not. Asked before a handshake, which it does not count.</summary>
    public long BannedForMs(string keyId)
    {
        if (!_settings().Penalties || _meters.Find(keyId) is not { } meter)
            return 0;
        lock (meter)
        {
            long now = _clock.Milliseconds;
            var penalty = meter.Penalty(now);
            return penalty.IsBanned(now) ? penalty.BlockedUntil - now : 0;
        }
    }

    /// <summary>Notes that a connection of a key was closed with 4400; the third within an hour bans the key.</summary>
    /// <returns>How long the key is banned now, in milliseconds; 0 when it is not. When it is, every connection of it is to be closed with 4429.</returns>
    public long CloseForInvalid(string keyId)
    {
        if (!_settings().Penalties)
            return 0;
        PenaltyStep? step = null;
        long bannedFor;
        var meter = _meters.Enter(keyId);
        try
        {
            long now = _clock.Milliseconds;
            if (meter.CloseForInvalid(now))
                step = Step(keyId, meter, now);
            MarkUnsaved(keyId, meter);
            var penalty = meter.Penalty(now);
            bannedFor = penalty.IsBanned(now) ? penalty.BlockedUntil - now : 0;
        }
        finally
        {
            Monitor.Exit(meter);
        }

        if (step is { } made)
            Tell(made);
        return bannedFor;
    }

    /// <summary>The level of a key, 0 to 7.</summary>
    public int PenaltyLevel(string keyId)
    {
        if (!_settings().Penalties || _meters.Find(keyId) is not { } meter)
            return 0;
        lock (meter)
            return meter.Penalty(_clock.Milliseconds).Level;
    }

    /// <summary>The keys with a penalty.</summary>
    public IReadOnlyList<PenaltyView> List()
    {
        var views = new List<PenaltyView>();
        foreach (var (keyId, meter) in _meters.All)
        {
            lock (meter)
            {
                long now = _clock.Milliseconds;
                var penalty = meter.Penalty(now);
                if (penalty.Level > 0)
                    views.Add(new PenaltyView(keyId, penalty.Level, Math.Max(0, penalty.BlockedUntil - now)));
            }
        }

        return views;
    }

    /// <summary>Takes in what was stored before this process began, or what an operator has made of it since.</summary>
    public void Restore(string keyId, PenaltyState penalty)
    {
        var meter = _meters.Enter(keyId);
        meter.Restore(penalty);
        Monitor.Exit(meter);
    }

    /// <summary>The penalties changed since the last time, to be stored. A caller that fails to store them gives them back with <see cref="GiveBack"/>.</summary>
    public IReadOnlyList<PenaltyRecord> TakeUnsaved()
    {
        HashSet<string> taken;
        lock (_unsavedLock)
        {
            if (_unsaved.Count == 0)
                return [];
            taken = _unsaved;
            _unsaved = new HashSet<string>(StringComparer.Ordinal);
        }

        var records = new List<PenaltyRecord>(taken.Count);
        foreach (string keyId in taken)
        {
            var meter = _meters.Enter(keyId);
            meter.Unsaved = false;
            var penalty = meter.Penalty(_clock.Milliseconds);
            Monitor.Exit(meter);
            records.Add(PenaltyRecords.ToRecord(keyId, penalty));
        }

        return records;
    }

    /// <summary>Marks penalties as not stored.</summary>
    public void GiveBack(IEnumerable<PenaltyRecord> records)
    {
        foreach (var record in records)
        {
            var meter = _meters.Enter(record.KeyId);
            MarkUnsaved(record.KeyId, meter);
            Monitor.Exit(meter);
        }
    }

    private void Tell(PenaltyStep step)
    {
        Stepped.Set();
        _told?.Invoke(step);
    }

    private void MarkUnsaved(string keyId, KeyMeter meter)
    {
        if (meter.Unsaved)
            return;
        meter.Unsaved = true;
        lock (_unsavedLock)
            _unsaved.Add(keyId);
    }

    private static PenaltyStep Step(string keyId, KeyMeter meter, long now)
    {
        var penalty = meter.Penalty(now);
        return new(keyId, penalty.Level, Math.Max(0, penalty.BlockedUntil - now));
    }
}
