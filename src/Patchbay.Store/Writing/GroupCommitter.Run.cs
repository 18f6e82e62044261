namespace Patchbay.Store.Writing;

/// <content>The writing thread.</content>
public sealed partial class GroupCommitter<TWrite>
{
    private void Run()
    {
        while (true)
        {
            _wake.WaitOne();
            bool ticked = Interlocked.Exchange(ref _ticked, 0) == 1;
            if (ticked && _held.Count == 0)
                _sink.Tick();
            bool stopping;
            lock (_lock)
                stopping = _stopping;
            Drain(retry: ticked || stopping);
            if (!stopping)
                continue;
            GiveUp(StoreFault.Closed);
            _ended.SetResult();
            return;
        }
    }

    /// <summary>Commits until nothing waits. While the disk refuses, only a retry commits, but reads are answered.</summary>
    private void Drain(bool retry)
    {
        if (retry)
            CommitHeld();
        while (true)
        {
            PendingGroup<TWrite>? group = null;
            List<Action>? reads = null;
            lock (_lock)
            {
                if (_open.Writes.Count > 0 && _held.Count == 0)
                    group = CloseOpen();
                if (_reads.Count > 0)
                    (reads, _reads) = (_reads, []);
            }

            if (group is null && reads is null)
                return;
            if (group is not null)
                CommitOrHold(group);
            foreach (var read in reads ?? [])
                read();
        }
    }

    private PendingGroup<TWrite> CloseOpen()
    {
        var group = _open;
        _newest = group.Group;
        _open = new(_spare.TryPop(out var list) ? list : []);
        return group;
    }

    private void CommitHeld()
    {
        while (_held.First is { } first)
        {
            var fault = TryCommit(first.Value);
            if (fault == StoreFault.Damaged)
                GiveUp(fault);
            if (fault != StoreFault.None)
                return;
            _held.RemoveFirst();
            // Before its tickets settle: who waited for one of the last may begin something at once.
            if (_held.Count == 0)
                Heal();
            Finish(first.Value, StoreFault.None);
        }
    }

    private void Heal()
    {
        lock (_lock)
            _fault = StoreFault.None;
        Log.Healed(_logger);
    }

    private void CommitOrHold(PendingGroup<TWrite> group)
    {
        var fault = TryCommit(group);
        if (fault == StoreFault.None)
        {
            Finish(group, StoreFault.None);
            return;
        }

        Log.Refused(_logger, fault);
        PendingGroup<TWrite> open;
        lock (_lock)
        {
            // From here on nothing that begins is taken; what came in between is refused below, and what is kept stands in its order.
            _fault = fault;
            open = CloseOpen();
        }

        foreach (var refused in (ReadOnlySpan<PendingGroup<TWrite>>)[group, open])
        {
            var (count, bytes) = refused.RefuseBegun(_sink, fault);
            Release(count, bytes);
            _held.AddLast(refused);
        }

        if (fault == StoreFault.Damaged)
            GiveUp(fault);
    }

    private StoreFault TryCommit(PendingGroup<TWrite> group)
    {
        StoreFault fault;
        try
        {
            fault = group.Writes.Count == 0 ? StoreFault.None : _sink.Commit(group.Span);
        }
#pragma warning disable CA1031 // Whoever waits for a ticket must be answered, whatever happens here.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            Log.Unexpected(_logger, unexpected);
            fault = StoreFault.Damaged;
        }

        if (fault != StoreFault.None)
        {
            lock (_lock)
                _failedCommits++;
        }

        return fault;
    }

    private void Finish(PendingGroup<TWrite> group, StoreFault fault)
    {
        int count = group.Writes.Count;
        lock (_lock)
        {
            if (fault == StoreFault.None && count > 0)
            {
                _writes += count;
                _commits++;
            }
        }

        Release(count, group.Bytes);
        group.Group.Settle(fault);
        group.Writes.Clear();
        lock (_lock)
        {
            // Two lists take turns; a third serves a disk that heals.
            if (_spare.Count < 2)
                _spare.Push(group.Writes);
        }
    }

    private void Release(int count, long bytes)
    {
        TaskCompletionSource? room = null;
        lock (_lock)
        {
            _pendingWrites -= count;
            _pendingBytes -= bytes;
            if (_room is not null && _pendingWrites <= _maxWrites / 2 && _pendingBytes <= _maxBytes / 2)
                (room, _room) = (_room, null);
        }

        room?.SetResult();
    }

    /// <summary>Nothing more will be written: everyone who waits is told.</summary>
    private void GiveUp(StoreFault fault)
    {
        PendingGroup<TWrite> open;
        List<Action> reads;
        lock (_lock)
        {
            _fault = fault;
            open = CloseOpen();
            (reads, _reads) = (_reads, []);
        }

        _held.AddLast(open);
        foreach (var group in _held)
        {
            var (count, bytes) = group.RefuseBegun(_sink, fault);
            Release(count, bytes);
            Finish(group, fault);
        }

        _held.Clear();
        foreach (var read in reads)
            read();
    }
}
