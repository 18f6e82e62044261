using Patchbay.Protocol.Envelope;

namespace Patchbay.Server.Sessions;

/// <summary>
/// The tool calls of a session that run. An execution keeps its place until its tool has really returned, a request its id only until it is answered.
/// </summary>
internal sealed class CallTable : IIdsInUse
{
    private readonly Lock _lock = new();
    private Dictionary<string, Waiter>? _waiters;
    private int _places;
    private bool _isClosed;

    /// <summary>Whether no request waits for its answer.</summary>
    public bool IsEmpty => Ids.Count == 0;

    /// <summary>How many tools run for this session.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
                return _places;
        }
    }

    /// <summary>The ids of the requests that wait.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_lock)
                return _waiters is null ? [] : [.. _waiters.Keys];
        }
    }

    /// <summary>Takes an id and one of so many places; false when all are taken, or the session is over.</summary>
    public bool TryAdd(Waiter waiter, int places)
    {
        lock (_lock)
        {
            if (_isClosed || _places >= places)
                return false;
            _places++;
            (_waiters ??= new Dictionary<string, Waiter>(StringComparer.Ordinal))[waiter.RequestId] = waiter;
            return true;
        }
    }

    /// <summary>Takes an id for a request that was waiting before the server was started anew.</summary>
    public void Restore(Waiter waiter)
    {
        lock (_lock)
            (_waiters ??= new Dictionary<string, Waiter>(StringComparer.Ordinal))[waiter.RequestId] = waiter;
    }

    /// <summary>Takes a place for a call that was running before the server was started anew.</summary>
    public void TakePlace()
    {
        lock (_lock)
            _places++;
    }

    /// <summary>The request has been answered: its id is free.</summary>
    public void FreeId(Waiter waiter)
    {
        lock (_lock)
        {
            if (_waiters is not null && _waiters.TryGetValue(waiter.RequestId, out var current) && current == waiter)
                _waiters.Remove(waiter.RequestId);
        }
    }

    /// <summary>The client is away: the table goes when nothing waits.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            if (_waiters is { Count: 0 })
                _waiters = null;
        }
    }

    /// <summary>The tool has returned: its place is free.</summary>
    public void FreePlace()
    {
        lock (_lock)
            _places--;
    }

    public bool Contains(string id) => Find(id) is not null;

    public Waiter? Find(string id)
    {
        if (_waiters is null)
            return null;
        lock (_lock)
            return _waiters?.GetValueOrDefault(id);
    }

    /// <summary>The requests that wait.</summary>
    public IReadOnlyList<Waiter> All()
    {
        lock (_lock)
            return _waiters is null ? [] : [.. _waiters.Values];
    }

    /// <summary>Ends every running call with <c>EXECUTION_INTERRUPTED</c>: the server stops.</summary>
    public void Interrupt()
    {
        foreach (var waiter in All())
            waiter.Call?.Interrupt();
    }

    /// <summary>Takes no more calls and hands out those that wait.</summary>
    public IReadOnlyList<Waiter> Close()
    {
        lock (_lock)
            _isClosed = true;
        return All();
    }
}
