using Patchbay.Store.Executions;

namespace Patchbay.Store.Sqlite;

/// <summary>
/// What a group makes of executions: its writes change them in memory, and each one that was changed is written once, at the end. Most calls begin, end and are
/// answered in one group, and are written as they stand then. Used by the writing thread only.
/// </summary>
internal sealed class SqliteExecutionTable(SqliteDatabase database)
{
    private readonly SqliteExecutionPages _pages = new(database);

    // The running ones, and the others that the group has changed.
    private readonly Dictionary<long, StoredExecution> _inMemory = [];
    private readonly List<StoredExecution> _changed = [];

    public void Begin(in SqliteWrite write)
    {
        var entry = (ExecutionEntry)write.Item!;
        var start = (ExecutionStart)write.Second!;
        var execution = new StoredExecution { Number = entry.Number, Start = start, CreatedAt = entry.CreatedAt, Body = write.Payload };
        if (start.Waiter is { } waiter)
            execution.Waiters = [new StoredWaiter(write.Number, waiter.RequestId, waiter.Compact)];
        Change(execution);
    }

    public void AddWaiter(in SqliteWrite write)
    {
        var waiter = (ExecutionWaiter)write.Item!;
        if (FindWhole(write.Value) is not { } execution || IndexOfWaiter(execution, write.Number, waiter.RequestId) >= 0)
            return;
        execution.Waiters = [.. execution.Waiters, new StoredWaiter(write.Number, waiter.RequestId, waiter.Compact)];
        Change(execution);
    }

    public void RemoveWaiter(in SqliteWrite write)
    {
        if (FindWhole(((ExecutionEntry)write.Item!).Number) is not { } execution)
            return;
        int at = IndexOfWaiter(execution, write.Number, (string)write.Second!);
        if (at < 0)
            return;
        execution.Waiters = [.. execution.Waiters.AsSpan(0, at), .. execution.Waiters.AsSpan(at + 1)];
        Change(execution);
    }

    public void Finish(in SqliteWrite write)
    {
        if (Find(((ExecutionEntry)write.Item!).Number) is not { } execution)
            return;
        execution.EndedAt = new StoreTime(write.Value);
        execution.IsError = write.Number != 0;
        execution.Body = write.Payload;
        Change(execution);
    }

    public void Drop(in SqliteWrite write)
    {
        long number = ((ExecutionEntry)write.Item!).Number;
        if (_inMemory.Remove(number, out var execution))
            execution.IsChanged = false;
        _pages.Remove(number);
    }

    /// <summary>Writes what the group has changed.</summary>
    public void EndGroup()
    {
        foreach (var execution in _changed)
        {
            if (execution.IsChanged)
                _pages.Write(execution);
        }

        _pages.EndGroup();
    }

    /// <summary>The group is committed: of what still runs all but the params stays in memory, to be written again when it ends.</summary>
    public void Keep()
    {
        foreach (var execution in _changed)
        {
            execution.IsChanged = false;
            if (execution.EndedAt is not null)
                _inMemory.Remove(execution.Number);
            else
                execution.Body = default;
        }

        _changed.Clear();
        _pages.Keep();
    }

    /// <summary>The group was rolled back: when its writes come again they start from what is in the file.</summary>
    public void Undo()
    {
        foreach (var execution in _changed)
            _inMemory.Remove(execution.Number);
        _changed.Clear();
        _pages.Undo();
    }

    public ExecutionAnswer? ReadAnswer(long number) => _pages.Read(number) is { EndedAt: not null } ended ? new(ended.IsError, ended.Body) : null;

    /// <summary>Fills the index: the ended ones in the order they ended.</summary>
    public void Load(ExecutionIndex index)
    {
        foreach (var entry in _pages.Load().Select(EntryOf).OrderBy(entry => entry.EndedAt?.Milliseconds ?? 0).ThenBy(entry => entry.Number))
            index.Add(entry);
    }

    /// <summary>Everything cut off or waited for by a session that can be resumed.</summary>
    public IReadOnlyList<ExecutionRecord> ReadOpen() => OpenExecutions.Read(database, _pages);

    private static ExecutionEntry EntryOf(StoredExecution execution) => new(execution.Start.Key, execution.Start.Digest, execution.Number, execution.CreatedAt)
    {
        EndedAt = execution.EndedAt,
        Bytes = execution.Body.Length,
    };

    private static int IndexOfWaiter(StoredExecution execution, long session, string requestId)
    {
        for (int i = 0; i < execution.Waiters.Length; i++)
        {
            if (execution.Waiters[i].Session == session && execution.Waiters[i].RequestId == requestId)
                return i;
        }

        return -1;
    }

    private StoredExecution? Find(long number) => _inMemory.TryGetValue(number, out var known) ? known : _pages.Read(number);

    /// <summary>As <see cref="Find"/>, with the params, which are in the file only once they are committed.</summary>
    private StoredExecution? FindWhole(long number)
    {
        var execution = Find(number);
        if (execution is { EndedAt: null, IsChanged: false, Start.Repeatable: true, Body.Length: 0 } && _pages.Read(number) is { } read)
            execution.Body = read.Body;
        return execution;
    }

    private void Change(StoredExecution execution)
    {
        if (execution.IsChanged)
            return;
        execution.IsChanged = true;
        _inMemory[execution.Number] = execution;
        _changed.Add(execution);
    }
}
