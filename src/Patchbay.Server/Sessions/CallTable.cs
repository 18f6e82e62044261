using Patchbay.Protocol.Envelope;
using Patchbay.Server.Dispatch;

namespace Patchbay.Server.Sessions;

/// <summary>The tool calls of a session that run. A call keeps its place until its tool has really returned, its id only until it is answered.</summary>
internal sealed class CallTable(int maxInFlight) : IIdsInUse
{
    private readonly Lock _lock = new();
    private Dictionary<string, ToolCall>? _calls;
    private int _places;
    private bool _isClosed;

    /// <summary>Takes a place; false when all are taken, or the session is over.</summary>
    public bool TryAdd(ToolCall call)
    {
        lock (_lock)
        {
            if (_isClosed || _places >= maxInFlight)
                return false;
            _places++;
            (_calls ??= new Dictionary<string, ToolCall>(StringComparer.Ordinal))[call.RequestId] = call;
            return true;
        }
    }

    /// <summary>The call has been answered: its id is free.</summary>
    public void FreeId(ToolCall call)
    {
        lock (_lock)
        {
            if (_calls!.TryGetValue(call.RequestId, out var current) && current == call)
                _calls.Remove(call.RequestId);
        }
    }

    /// <summary>The tool has returned: its place is free.</summary>
    public void FreePlace()
    {
        lock (_lock)
            _places--;
    }

    public bool Contains(string id)
    {
        if (_calls is null)
            return false;
        lock (_lock)
            return _calls.ContainsKey(id);
    }

    public ToolCall? Find(string id)
    {
        if (_calls is null)
            return null;
        lock (_lock)
            return _calls.GetValueOrDefault(id);
    }

    /// <summary>Whether no call waits for its answer.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _calls is null || _calls.Count == 0;
        }
    }

    /// <summary>Ends every running call with <c>EXECUTION_INTERRUPTED</c>: the server stops.</summary>
    public void Interrupt()
    {
        ToolCall[] running;
        lock (_lock)
            running = _calls is null ? [] : [.. _calls.Values];
        foreach (var call in running)
            call.Interrupt();
    }

    /// <summary>Takes no more calls and hands out those that run.</summary>
    public IReadOnlyList<ToolCall> Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            return _calls is null ? [] : [.. _calls.Values];
        }
    }
}
