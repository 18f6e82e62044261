using System.Collections.Concurrent;
using Patchbay.Server.Guard.Penalties;
using Patchbay.Store.Penalties;

namespace Patchbay.Server.Guard.RateLimit;

/// <summary>Rate limit and penalty ladder of every key (protocol section 8). Safe for concurrent use.</summary>
/// <remarks>
/// Nothing runs per key: time is applied when a key is met. A meter that holds nothing is dropped when new keys come in, two looked at for each new one,
/// so the table stays within what is in use.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="settings">Gives the settings as they are now; asked once per message.</param>
/// <param name="stepped">Told of each step up, on the thread of the message that led to it and outside every lock; must not throw.</param>
internal sealed class KeyLimiter(TimeProvider time, Func<RateLimitSettings> settings, Action<PenaltyStep>? stepped = null)
{
    private const int LooksPerNewKey = 2;

    private readonly SteadyClock _clock = new(time);
    private readonly ConcurrentDictionary<string, KeyMeter> _meters = new(StringComparer.Ordinal);
    private readonly Lock _unsavedLock = new();
    private readonly Lock _handLock = new();
    private HashSet<string> _unsaved = new(StringComparer.Ordinal);
    private IEnumerator<KeyValuePair<string, KeyMeter>>? _hand;

    /// <summary>How many keys are held in memory.</summary>
    public int Known => _meters.Count;

    /// <summary>Admits or refuses one message of a key: every message but heartbeats, acks, audio frames and <c>session/resume</c>.</summary>
    /// <param name="keyId">The key.</param>
    /// <param name="ownLimit">The key's own limit, or null.</param>
    public RateVerdict Take(string keyId, int? ownLimit)
    {
        var current = settings();
        RateVerdict verdict;
        PenaltyStep step = default;
        var meter = Enter(keyId);
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
            stepped?.Invoke(step);
        return verdict;
    }

    /// <summary>How long a key is still banned, in milliseconds; 0 when it is not. Asked before a handshake, which it does not count.</summary>
    public long BannedForMs(string keyId)
    {
        if (!settings().Penalties || !_meters.TryGetValue(keyId, out var meter))
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
        if (!settings().Penalties)
            return 0;
        PenaltyStep? step = null;
        long bannedFor;
        var meter = Enter(keyId);
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
            stepped?.Invoke(made);
        return bannedFor;
    }

    /// <summary>The level of a key, 0 to 7.</summary>
    public int PenaltyLevel(string keyId)
    {
        if (!settings().Penalties || !_meters.TryGetValue(keyId, out var meter))
            return 0;
        lock (meter)
            return meter.Penalty(_clock.Milliseconds).Level;
    }

    /// <summary>The keys with a penalty.</summary>
    public IReadOnlyList<PenaltyView> List()
    {
        var views = new List<PenaltyView>();
        foreach (var (keyId, meter) in _meters)
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
        var meter = Enter(keyId);
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
            var meter = Enter(keyId);
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
            var meter = Enter(record.KeyId);
            MarkUnsaved(record.KeyId, meter);
            Monitor.Exit(meter);
        }
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

    // Returns the meter of a key with its lock held. Each meter is its own lock: forty bytes less for each of many keys.
    private KeyMeter Enter(string keyId)
    {
        while (true)
        {
            if (!_meters.TryGetValue(keyId, out var meter))
            {
                DropSomeClean();
                meter = _meters.GetOrAdd(keyId, static _ => new KeyMeter());
            }

            Monitor.Enter(meter);
            if (!meter.Dropped)
                return meter;
            Monitor.Exit(meter);
        }
    }

    private void DropSomeClean()
    {
        lock (_handLock)
        {
            for (int i = 0; i < LooksPerNewKey; i++)
            {
                _hand ??= _meters.GetEnumerator();
                if (!_hand.MoveNext())
                {
                    _hand.Dispose();
                    _hand = null;
                    return;
                }

                var (keyId, meter) = _hand.Current;
                lock (meter)
                {
                    if (meter.Unsaved || !meter.IsClean(_clock.Ticks))
                        continue;
                    meter.Dropped = true;
                    _meters.TryRemove(keyId, out _);
                }
            }
        }
    }
}
