using Patchbay.Store.Executions;

namespace Patchbay.Store.Memory;

/// <summary>Execute-once records in memory.</summary>
internal sealed class MemoryExecutionStore(StoreOptions options, StoreClock clock, MemorySessionStore sessions) : IExecutionStore
{
    private readonly ExecutionIndex _index = new(options);
    private readonly AnswerPages _pages = new();

    /// <summary>The figures of a store without commits.</summary>
    public StoreFigures Figures
    {
        get
        {
            lock (_index.Gate)
                return new StoreFigures(0, 0, 0, 0, 0, _index.Count, _index.Evicted, StoreFault.None);
        }
    }

    public ValueTask<ExecutionBegin> BeginAsync(ExecutionStart start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (start.Waiter is { } waiter && !sessions.IsLive(waiter.SessionId))
            return Refuse(StoreFault.NotFound);
        var now = clock.Now;
        lock (_index.Gate)
        {
            if (_index.Find(start.Key, now) is { } entry)
                return ValueTask.FromResult(Attach(entry, start));
            long bytes = start.Repeatable ? start.Params.Length : 0;
            DropDue(now, 1, bytes);
            if (!_index.HasRoom(bytes))
                return Refuse(StoreFault.Full);
            var added = _index.Add(start, now);
            added.InMemory = new MemoryExecution(start);
            return ValueTask.FromResult(new ExecutionBegin(ExecutionOutcome.Started, added.Number, CommitTicket.Settled));
        }
    }

    public CommitTicket Finish(long number, ExecutionAnswer answer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(answer.Json.Length);
        var now = clock.Now;
        lock (_index.Gate)
        {
            if (_index.Find(number) is not { EndedAt: null } entry)
                return CommitTicket.Refused(StoreFault.NotFound);
            DropDue(now, 0, answer.Json.Length - entry.Bytes);
            _index.End(entry, answer.Json.Length, now);
            entry.Answer = answer with { Json = _pages.Keep(answer.Json.Span) };
            entry.InMemory!.End();
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
        lock (_index.Gate)
        {
            var open = new List<ExecutionRecord>();
            foreach (var entry in _index.All.OrderBy(entry => entry.Number))
            {
                var execution = entry.InMemory!;
                ExecutionWaiter[] waiters = [.. execution.Waiters.Where(waiter => sessions.IsLive(waiter.SessionId))];
                if (entry.Answer is null || waiters.Length > 0)
                    open.Add(Read(entry, execution, waiters));
            }

            return ValueTask.FromResult<IReadOnlyList<ExecutionRecord>>(open);
        }
    }

    /// <summary>A request has its answer.</summary>
    public void Deliver(long number, string sessionId, string requestId)
    {
        lock (_index.Gate)
        {
            _index.Find(number)?.InMemory!.Remove(sessionId, requestId);
        }
    }

    private static ExecutionRecord Read(ExecutionEntry entry, MemoryExecution execution, ExecutionWaiter[] waiters) => new()
    {
        Number = entry.Number,
        Start = execution.ToStart(entry),
        CreatedAt = entry.CreatedAt,
        Answer = entry.Answer,
        Waiters = waiters,
    };

    private static ValueTask<ExecutionBegin> Refuse(StoreFault fault) =>
        ValueTask.FromResult(new ExecutionBegin(ExecutionOutcome.Refused, 0, CommitTicket.Refused(fault)));

    private static ExecutionBegin Attach(ExecutionEntry entry, ExecutionStart start)
    {
        if (entry.Digest != start.Digest)
            return new ExecutionBegin(ExecutionOutcome.Conflict, 0, CommitTicket.Settled);
        if (start.Waiter is { } waiter)
            entry.InMemory!.Add(waiter);
        return entry.Answer is { } answer
            ? new ExecutionBegin(ExecutionOutcome.Finished, entry.Number, CommitTicket.Settled, answer)
            : new ExecutionBegin(ExecutionOutcome.Running, entry.Number, CommitTicket.Settled);
    }

    private void DropDue(StoreTime now, int moreRecords, long moreBytes)
    {
        while (_index.NextToDrop(now, moreRecords, moreBytes) is not null)
            _index.DropNext(now);
    }
}
