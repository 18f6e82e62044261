using Patchbay.Store.Executions;

namespace Patchbay.Store.Memory;

/// <summary>
/// What a memory store keeps of an execution beside its index entry. There are as many as records, for minutes: so it is one object, and the list of those who
/// wait is there only when more than one does.
/// </summary>
internal sealed class MemoryExecution(ExecutionStart start)
{
    private readonly string _keyId = start.KeyId;
    private readonly string _method = start.Method;
    private readonly string _tool = start.Tool;
    private readonly bool _repeatable = start.Repeatable;
    private ReadOnlyMemory<byte> _params = start.Repeatable ? start.Params : default;
    private ExecutionWaiter? _first = start.Waiter;
    private List<ExecutionWaiter>? _others;

    /// <summary>Who waits.</summary>
    public IEnumerable<ExecutionWaiter> Waiters
    {
        get
        {
            if (_first is not null)
                yield return _first;
            foreach (var waiter in _others ?? [])
                yield return waiter;
        }
    }

    /// <summary>It has ended: it will not run again.</summary>
    public void End() => _params = default;

    /// <summary>Adds who waits, once.</summary>
    public void Add(ExecutionWaiter waiter)
    {
        if (Waiters.Any(other => Is(other, waiter.SessionId, waiter.RequestId)))
            return;
        if (_first is null)
            _first = waiter;
        else
            (_others ??= []).Add(waiter);
    }

    /// <summary>Somebody waits no longer.</summary>
    public void Remove(string sessionId, string requestId)
    {
        if (_first is not null && Is(_first, sessionId, requestId))
            _first = null;
        else
            _others?.RemoveAll(waiter => Is(waiter, sessionId, requestId));
    }

    /// <summary>What was recorded.</summary>
    public ExecutionStart ToStart(ExecutionEntry entry) => new()
    {
        Key = entry.Key,
        Digest = entry.Digest,
        KeyId = _keyId,
        Method = _method,
        Tool = _tool,
        Repeatable = _repeatable,
        Params = _params,
    };

    private static bool Is(ExecutionWaiter waiter, string sessionId, string requestId) => waiter.SessionId == sessionId && waiter.RequestId == requestId;
}
