using System.Net;
using Patchbay.Server.Guard.RateLimit;

namespace Patchbay.Server.Guard.Connections;

/// <summary>Handshakes and wrong keys by address (protocol sections 2 and 8). Safe for concurrent use.</summary>
/// <remarks>
/// At most <see cref="MaxAddresses"/> are remembered (some 30 MiB when each has used up its handshakes). When an attack comes from more, the address
/// that has been silent longest is forgotten, a blocked one only when the eight most silent are all blocked.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="handshakesPerMinute">Gives the most handshakes in any 60 s, as the setting is now.</param>
internal sealed class AddressGuard(TimeProvider time, Func<int> handshakesPerMinute)
{
    public const int WrongKeys = 10;
    public const int BlockMs = 15 * 60_000;
    public const int MaxAddresses = 65_536;

    private const int LooksForRoom = 8;

    private readonly SteadyClock _clock = new(time);
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressBlock, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _bySilence = new();

    /// <summary>How many addresses are remembered.</summary>
    public int Known
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>Asks for a handshake and counts it when there is room.</summary>
    /// <returns>0, or how long to wait in milliseconds: answer 429 with <c>Retry-After</c>.</returns>
    public long TakeHandshake(IPAddress address)
    {
        lock (_lock)
        {
            long now = _clock.Milliseconds;
            var entry = Meet(address);
            if (entry.BlockedUntil > now)
                return entry.BlockedUntil - now;
            int limit = handshakesPerMinute();
            long ticks = _clock.Ticks;
            if (entry.Handshakes?.Limit != limit)
                entry.Handshakes = SlidingWindow.Create(limit, entry.Handshakes, ticks);
            return entry.Handshakes.TryTake(ticks) ? 0 : entry.Handshakes.RetryAfterMs(ticks);
        }
    }

    /// <summary>How long the keyed requests of an address are refused, in milliseconds; 0 when they are not.</summary>
    public long BlockedForMs(IPAddress address)
    {
        lock (_lock)
            return _entries.TryGetValue(AddressBlock.Of(address), out var node) ? Math.Max(0, node.Value.BlockedUntil - _clock.Milliseconds) : 0;
    }

    /// <summary>Notes a wrong (not a missing) key; true when it is the one that blocks the address.</summary>
    public bool NoteWrongKey(IPAddress address)
    {
        lock (_lock)
        {
            long now = _clock.Milliseconds;
            var entry = Meet(address);
            if (entry.BlockedUntil > now)
                return false;
            entry.Wrong.Expire(now, RecentTimes.MaxWindowMs);
            entry.Wrong.Add(now, WrongKeys);
            if (entry.Wrong.Count < WrongKeys)
                return false;
            entry.Wrong = default;
            entry.BlockedUntil = now + BlockMs;
            return true;
        }
    }

    private Entry Meet(IPAddress address)
    {
        var block = AddressBlock.Of(address);
        if (_entries.TryGetValue(block, out var node))
        {
            _bySilence.Remove(node);
        }
        else
        {
            if (_entries.Count >= MaxAddresses)
                Forget();
            node = new LinkedListNode<Entry>(new Entry(block));
            _entries.Add(block, node);
        }

        _bySilence.AddLast(node);
        return node.Value;
    }

    private void Forget()
    {
        long now = _clock.Milliseconds;
        var victim = _bySilence.First!;
        for (int looks = 0; looks < LooksForRoom && victim.Value.BlockedUntil > now && victim.Next is { } next; looks++)
            victim = next;
        if (victim.Value.BlockedUntil > now)
            victim = _bySilence.First!;
        _bySilence.Remove(victim);
        _entries.Remove(victim.Value.Block);
    }

    private sealed class Entry(AddressBlock block)
    {
        public AddressBlock Block { get; } = block;

        public SlidingWindow? Handshakes { get; set; }

        public RecentTimes Wrong;

        public long BlockedUntil { get; set; }
    }
}
