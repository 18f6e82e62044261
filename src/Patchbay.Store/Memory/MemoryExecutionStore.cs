using Patchbay.Store.Executions;

namespace Patchbay.Store.Memory;

/// <summary>
/// Execute-once records in memory. One that runs or is waited for is an object; one that has ended is a value in <see cref="EndedExecutions"/>, and of these
/// there are as many as calls in ten minutes. One lock: everything under it is a few steps.
/// </summary>
internal sealed class MemoryExecutionStore(StoreOptions options, StoreClock clock, MemorySessionStore sessions) : IExecutionStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<HashedKey, MemoryExecution> _running = [];

    // Those that run, and those that have ended and somebody waits for.
    private readonly Dictionary<long, MemoryExecution> _open = [];
    private readonly EndedExecutions _ended = new();
    private readonly TimeSpan _life = TimeSpan.FromSeconds(options.ExecutionLifeSeconds);
    private long _bytes;
    private long _lastNumber;
    private long _evicted;

    /// <summary>The figures of a store without commits.</summary>
    public StoreFigures Figures
    {
        get
        {
            lock (_lock)
                return new StoreFigures(0, 0, 0, 0, 0, Count, _evicted, StoreFault.None);
        }
    }

    private int Count => _running.Count + _ended.Count;

    public ValueTask<ExecutionBegin> BeginAsync(ExecutionStart start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (start.Waiter is { } waiter && !sessions.IsLive(waiter.SessionId))
            return ValueTask.FromResult(Refuse(StoreFault.NotFound));
        var key = new HashedKey(start.Key);
        lock (_lock)
        {
            // The time is taken under the lock, so that the order they end in is that of their times.
            var now = clock.Now;
            DropOver(now);
            if (_running.TryGetValue(key, out var running))
                return ValueTask.FromResult(Attach(running, start));
            if (_ended.TryFind(key, out var ended))
                return ValueTask.FromResult(Attach(ended, key, start));
            return ValueTask.FromResult(Begin(key, start, now));
        }
    }

    public CommitTicket Finish(long number, ExecutionAnswer answer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(answer.Json.Length);
        lock (_lock)
        {
            if (!_open.TryGetValue(number, out var execution) || !execution.IsRunning)
                return CommitTicket.Refused(StoreFault.NotFound);
            var now = clock.Now;
            DropOver(now);
            MakeRoom(0, answer.Json.Length - execution.Bytes);
            _bytes += answer.Json.Length - execution.Bytes;
            _ended.Add(execution, answer, now);
            _running.Remove(execution.Key);
            execution.IsRunning = false;
            if (!execution.IsAwaited)
                _open.Remove(number);
            return CommitTicket.Settled;
        }
    }

    public CommitTicket Abandon(long number, ExecutionWaiter waiter)
    {
        ArgumentNullException.ThrowIfNull(waiter);
        Deliver(number, waiter.SessionId, waiter.RequestId);
        return CommitTicket.Settled;
    }

    public ValueTask<IReadOnlyList<ExecutionRecord>> ReadOpenAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var open = new List<ExecutionRecord>();
            foreach (var execution in _open.Values.OrderBy(execution => execution.Number))
            {
                ExecutionWaiter[] waiters = [.. execution.Waiters.Where(waiter => sessions.IsLive(waiter.SessionId))];
                if (execution.IsRunning || waiters.Length > 0)
                    open.Add(Read(execution, waiters));
            }

            return ValueTask.FromResult<IReadOnlyList<ExecutionRecord>>(open);
        }
    }

    /// <summary>A request has its answer, or wants none any more.</summary>
    public void Deliver(long number, string sessionId, string requestId)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(number, out var execution))
                return;
            execution.Remove(sessionId, requestId);
            if (execution is { IsRunning: false, IsAwaited: false })
                _open.Remove(number);
        }
    }

    private static ExecutionBegin Refuse(StoreFault fault) => new(ExecutionOutcome.Refused, 0, CommitTicket.Refused(fault));

    private static ExecutionBegin Attach(MemoryExecution running, ExecutionStart start)
    {
        if (running.Start.Digest != start.Digest)
            return new ExecutionBegin(ExecutionOutcome.Conflict, 0, CommitTicket.Settled);
        if (start.Waiter is { } waiter)
            running.Add(waiter);
        return new ExecutionBegin(ExecutionOutcome.Running, running.Number, CommitTicket.Settled);
    }

    private ExecutionBegin Attach(in EndedExecution ended, in HashedKey key, ExecutionStart start)
    {
        if (ended.Digest != start.Digest)
            return new ExecutionBegin(ExecutionOutcome.Conflict, 0, CommitTicket.Settled);
        if (start.Waiter is { } waiter)
        {
            if (_open.TryGetValue(ended.Number, out var execution))
                execution.Add(waiter);
            else
                // The same key and the same digest: what was recorded then is what is asked for now.
                _open.Add(ended.Number, new MemoryExecution(key, start, ended.Number, ended.CreatedAt) { IsRunning = false });
        }

        return new ExecutionBegin(ExecutionOutcome.Finished, ended.Number, CommitTicket.Settled, _ended.AnswerOf(ended));
    }

    private ExecutionBegin Begin(in HashedKey key, ExecutionStart start, StoreTime now)
    {
        var execution = new MemoryExecution(key, start, _lastNumber + 1, now);
        MakeRoom(1, execution.Bytes);
        if (Count >= options.MaxExecutions || (_bytes + execution.Bytes > options.MaxExecutionBytes && _bytes > 0))
            return Refuse(StoreFault.Full);
        _lastNumber++;
        _bytes += execution.Bytes;
        _running.Add(key, execution);
        _open.Add(execution.Number, execution);
        return new ExecutionBegin(ExecutionOutcome.Started, execution.Number, CommitTicket.Settled);
    }

    private ExecutionRecord Read(MemoryExecution execution, ExecutionWaiter[] waiters) => new()
    {
        Number = execution.Number,
        Start = execution.Start with { Waiter = null, Params = execution.IsRunning && execution.Start.Repeatable ? execution.Start.Params : default },
        CreatedAt = execution.CreatedAt,
        Answer = !execution.IsRunning && _ended.TryFind(execution.Key, out var ended) ? _ended.AnswerOf(ended) : null,
        Waiters = waiters,
    };

    private void DropOver(StoreTime now)
    {
        while (_ended.Count > 0 && _ended.Oldest.EndedAt + _life <= now)
            DropOldest();
    }

    // A running record is in no danger.
    private void MakeRoom(int records, long bytes)
    {
        for (; _ended.Count > 0 && (Count + records > options.MaxExecutions || _bytes + bytes > options.MaxExecutionBytes); _evicted++)
            DropOldest();
    }

    private void DropOldest()
    {
        _bytes -= _ended.Oldest.AnswerBytes;
        _open.Remove(_ended.Oldest.Number);
        _ended.DropOldest();
    }
}
