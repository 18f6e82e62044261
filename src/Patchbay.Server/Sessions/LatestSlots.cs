using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>Messages of which only the newest matters, while they wait for room. Not safe for concurrent use: the outbox's lock is held.</summary>
internal sealed class LatestSlots
{
    private readonly Dictionary<string, OutboundMessage> _slots = new(StringComparer.Ordinal);
    private bool _isAwaited;

    /// <summary>Puts a message in its slot; true when nobody waits for room yet and the caller has to.</summary>
    public bool Put(string slot, OutboundMessage message)
    {
        // It may wait for long.
        message.Keep();
        _slots[slot] = message;
        var isFirst = !_isAwaited;
        _isAwaited = true;
        return isFirst;
    }

    /// <summary>How long one of the waiting messages is.</summary>
    public int NextLength => _slots.Count > 0 ? _slots.First().Value.Length : 0;

    /// <summary>Drops what is in a slot.</summary>
    public void Forget(string slot)
    {
        if (_slots.Remove(slot, out var older))
            older.Release();
    }

    /// <summary>Sends what there is room for; true when something is left.</summary>
    public bool SendAll(Func<OutboundMessage, bool> trySend)
    {
        foreach (var (slot, message) in _slots)
        {
            if (!trySend(message))
                break;
            _slots.Remove(slot);
        }

        _isAwaited = _slots.Count > 0;
        return _isAwaited;
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        foreach (var message in _slots.Values)
            message.Release();
        _slots.Clear();
    }
}
