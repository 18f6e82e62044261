using System.Collections.Concurrent;

namespace Patchbay.Server.Guard.RateLimit;

/// <summary>The meters of the keys that are in use. Safe for concurrent use.</summary>
/// <remarks>
/// Nothing runs per key: time is applied when a key is met. A meter that holds nothing is dropped when new keys come in, two looked at for each new one,
/// so the table stays within what is in use. Each meter is its own lock: forty bytes less for each of many keys.
/// </remarks>
internal sealed class KeyMeterTable(SteadyClock clock)
{
    private const int LooksPerNewKey = 2;

    private readonly ConcurrentDictionary<string, KeyMeter> _meters = new(StringComparer.Ordinal);
    private readonly Lock _handLock = new();
    private IEnumerator<KeyValuePair<string, KeyMeter>>? _hand;

    /// <summary>How many keys are held.</summary>
    public int Count => _meters.Count;

    /// <summary>Every key held, with its meter not locked.</summary>
    public IEnumerable<KeyValuePair<string, KeyMeter>> All => _meters;

    /// <summary>The meter of a key with its lock held, made when there is none; the caller ends with <see cref="Monitor.Exit"/>.</summary>
    public KeyMeter Enter(string keyId)
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

    /// <summary>The meter of a key, not locked, or null.</summary>
    public KeyMeter? Find(string keyId) => _meters.GetValueOrDefault(keyId);

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
                    if (meter.Unsaved || !meter.IsClean(clock.Ticks))
                        continue;
                    meter.Dropped = true;
                    _meters.TryRemove(keyId, out _);
                }
            }
        }
    }
}
