namespace Patchbay.Store.Writing;

/// <summary>The outcome of writes that are committed together. Those that begin something may settle earlier, with a fault.</summary>
/// <param name="inline">
/// Whether those who waited go on within <see cref="Settle(StoreFault)"/>, in their order, as a simulation of one thread wants it. Else they go on elsewhere, so that
/// the writing thread is not held up.
/// </param>
internal sealed class CommitGroup(bool inline = false)
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
            return begins ? _begun.WaitAsync(inline) : _kept.WaitAsync(inline);
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
        List<TaskCompletionSource<StoreFault>>? own;
        lock (_lock)
        {
            if (outcome.IsKnown)
                return;
            outcome.IsKnown = true;
            outcome.Fault = fault;
            source = outcome.Source;
            own = outcome.Own;
        }

        source?.SetResult(fault);
        foreach (var one in own ?? [])
            one.SetResult(fault);
    }

    private struct Outcome
    {
        public bool IsKnown;
        public StoreFault Fault;
        public TaskCompletionSource<StoreFault>? Source;
        public List<TaskCompletionSource<StoreFault>>? Own;

        // The source is made by the first who waits: a group that nobody waits for costs none.
        public ValueTask<StoreFault> WaitAsync(bool inline)
        {
            if (IsKnown)
                return new(Fault);
            if (!inline)
                return new((Source ??= new TaskCompletionSource<StoreFault>(TaskCreationOptions.RunContinuationsAsynchronously)).Task);

            // Of several that wait for one task only the last goes on at once.
            var own = new TaskCompletionSource<StoreFault>();
            (Own ??= []).Add(own);
            return new(own.Task);
        }
    }
}
