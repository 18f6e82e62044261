using Patchbay.Store.Executions;

namespace Patchbay.Store.Memory;

/// <summary>An execution that runs, or that has ended and whose answer somebody waits for. There are few, and none for long.</summary>
internal sealed class MemoryExecution(in HashedKey key, ExecutionStart start, long number, StoreTime createdAt)
{
    private readonly HashedKey _key = key;
    private ExecutionWaiter? _first = start.Waiter;
    private List<ExecutionWaiter>? _others;

    /// <summary>What makes it the same one.</summary>
    public ref readonly HashedKey Key => ref _key;

    /// <summary>What was recorded.</summary>
    public ExecutionStart Start => start;

    /// <summary>The record's number.</summary>
    public long Number => number;

    /// <summary>When it started.</summary>
    public StoreTime CreatedAt => createdAt;

    /// <summary>Whether it runs.</summary>
    public bool IsRunning { get; set; } = true;

    /// <summary>Bytes that count while it runs.</summary>
    public long Bytes => start.Repeatable ? start.Params.Length : 0;

    /// <summary>Whether anybody waits.</summary>
    public bool IsAwaited => _first is not null || _others is { Count: > 0 };

    /// <summary>Who waits.</summary>
    public IEnumerable<ExecutionWaiter> Waiters => _first is null ? _others ?? [] : [_first, .. _others ?? []];

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

    private static bool Is(ExecutionWaiter waiter, string sessionId, string requestId) => waiter.SessionId == sessionId && waiter.RequestId == requestId;
}
