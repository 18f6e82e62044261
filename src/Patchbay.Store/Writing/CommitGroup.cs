namespace Patchbay.Store.Writing;

/// <summary>The outcome of writes that are committed together. Those that begin something may settle earlier, with a fault.</summary>
internal sealed class CommitGroup
{
    private readonly Lock _lock = new();
    private Outcome _begun;
    private Outcome _kept;

    /// <summary>Whether the outcome is known.</summary>
    public bool IsSettled(bool begins)
    {
        lock (_lock)
            return begins ? _begun.IsKnown : _kept.IsKnown;
    }

    /// <summary>Waits for the outcome.</summary>
    public ValueTask<StoreFault> WaitAsync(bool begins)
    {
        lock (_lock)
            return begins ? _begun.WaitAsync() : _kept.WaitAsync();
    }

    /// <summary>Everything in the group has this outcome, unless it is settled already.</summary>
    public void Settle(StoreFault fault)
    {
        SettleBegun(fault);
        Settle(ref _kept, fault);
    }

    /// <summary>What begins something in the group has this outcome, unless it is settled already.</summary>
    public void SettleBegun(StoreFault fault) => Settle(ref _begun, fault);

    private void Settle(ref Outcome outcome, StoreFault fault)
    {
        TaskCompletionSource<StoreFault>? source;
        lock (_lock)
        {
            if (outcome.IsKnown)
                return;
            outcome.IsKnown = true;
            outcome.Fault = fault;
            source = outcome.Source;
        }

        source?.SetResult(fault);
    }

    private struct Outcome
    {
        public bool IsKnown;
        public StoreFault Fault;
        public TaskCompletionSource<StoreFault>? Source;

        // The source is made by the first who waits: a group that nobody waits for costs none.
        public ValueTask<StoreFault> WaitAsync() => IsKnown
            ? new(Fault)
            : new((Source ??= new TaskCompletionSource<StoreFault>(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
    }
}
