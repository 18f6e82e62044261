using Patchbay.Store;
using Patchbay.Store.Executions;
using Patchbay.Store.Memory;
using Patchbay.Store.Sessions;

namespace Patchbay.Testing.Simulation;

/// <summary>A store whose contents are those of <see cref="MemoryStore"/>, and whose commits come when the simulation says.</summary>
internal sealed class SimStore : IStore, ISessionStore, IExecutionStore
{
    private readonly World _world;
    private readonly SimDisk _disk;
    private readonly MemoryStore _store;
    private readonly ReplayTime _time;

    public SimStore(World world)
    {
        _world = world;
        _disk = world.Disk;
        (_store, _time) = _disk.Open(world.Up);
        Epoch = _disk.Epoch;
    }

    public Durability Durability => _world.Settings.Durability;

    public long Epoch { get; }

    public StoreTime Now
    {
        get
        {
            _time.Now = _world.Up;
            return _store.Now;
        }
    }

    public StoreFigures Figures => _store.Figures;

    public ISessionStore Sessions => this;

    public IExecutionStore Executions => this;

    public CommitTicket Barrier() => _disk.Barrier();

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => new(_disk.WaitForRoomAsync().WaitAsync(cancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Every live and gapped session as accepted so far.</summary>
    public IReadOnlyList<SessionRecord> Live => Known(_store.Sessions.ReadLiveAsync(CancellationToken.None));

    public CommitTicket Create(SessionRecord session) => Change(store => store.Sessions.Create(session), begins: true, canWait: true);

    public CommitTicket Resume(string sessionId, SessionTokens tokens) => Change(store => store.Sessions.Resume(sessionId, tokens), begins: true, canWait: true);

    public CommitTicket ForgetPreviousToken(string sessionId) => Change(store => store.Sessions.ForgetPreviousToken(sessionId));

    public CommitTicket Append(string sessionId, long seq, ReadOnlyMemory<byte> message, ExecutionDelivery? answers = null, bool canWait = true)
    {
        var copy = message.ToArray();
        return Change(store => store.Sessions.Append(sessionId, seq, copy, answers), begins: false, canWait, message, copy, (sessionId, seq));
    }

    public CommitTicket Acknowledge(string sessionId, long seq) => Change(store => store.Sessions.Acknowledge(sessionId, seq), canWait: true);

    public CommitTicket SetSubscriptions(string sessionId, ReadOnlyMemory<byte> subscriptions) => Change(store => store.Sessions.SetSubscriptions(sessionId, subscriptions));

    public CommitTicket SetExpiry(string sessionId, StoreTime? expiresAt) => Change(store => store.Sessions.SetExpiry(sessionId, expiresAt));

    public CommitTicket End(string sessionId, SessionState state)
    {
        if (state == SessionState.Gapped)
            _world.Checks.Gapped(Live.Single(session => session.Id == sessionId));
        return Change(store => store.Sessions.End(sessionId, state));
    }

    public ValueTask<SessionRecord?> FindAsync(string sessionId, CancellationToken cancellationToken) =>
        new(_disk.ReadAsync(() => Known(_store.Sessions.FindAsync(sessionId, CancellationToken.None))));

    public ValueTask<IReadOnlyList<SessionRecord>> ReadLiveAsync(CancellationToken cancellationToken) => _store.Sessions.ReadLiveAsync(cancellationToken);

    public ValueTask<IReadOnlyList<SessionMessage>> ReadMessagesAsync(string sessionId, long afterSeq, CancellationToken cancellationToken) =>
        new(_disk.ReadAsync(() => Known(_store.Sessions.ReadMessagesAsync(sessionId, afterSeq, CancellationToken.None))));

    public ValueTask<ExecutionBegin> BeginAsync(ExecutionStart start, CancellationToken cancellationToken)
    {
        if (_world.Flaw == Flaw.ForgetsExecutions && _world.Chance(20))
            start = start with { Key = start.Key with { Id = start.Key.Id + "-" + _world.Step } };
        _time.Now = _world.Up;
        if (_disk.IsFull && _world.Flaw != Flaw.LosesWhenFull)
            return new(new ExecutionBegin(ExecutionOutcome.Refused, 0, CommitTicket.Refused(StoreFault.Full)));
        var begin = Known(_store.Executions.BeginAsync(start, CancellationToken.None));
        if (begin.Outcome is ExecutionOutcome.Conflict or ExecutionOutcome.Refused)
            return new(begin);
        var ticket = _disk.Accept(new SimWrite(_world.Up, store => Known(store.Executions.BeginAsync(start, CancellationToken.None))), begin.Outcome == ExecutionOutcome.Started);
        return new(begin with { Ticket = ticket });
    }

    public CommitTicket Finish(long number, ExecutionAnswer answer)
    {
        var copy = new ExecutionAnswer(answer.IsError, answer.Json.ToArray());
        return Change(store => store.Executions.Finish(number, copy));
    }

    public CommitTicket Abandon(long number, ExecutionWaiter waiter) => Change(store => store.Executions.Abandon(number, waiter));

    public ValueTask<IReadOnlyList<ExecutionRecord>> ReadOpenAsync(CancellationToken cancellationToken) => _store.Executions.ReadOpenAsync(cancellationToken);

    private CommitTicket Change(
        Func<MemoryStore, CommitTicket> change, bool begins = false, bool canWait = false, ReadOnlyMemory<byte> live = default, byte[]? copy = null, (string, long)? message = null)
    {
        _time.Now = _world.Up;
        if (canWait && _disk.IsFull)
        {
            if (_world.Flaw != Flaw.LosesWhenFull)
                return CommitTicket.Refused(StoreFault.Full);
            return change(_store);
        }

        var accepted = change(_store);
        if (!accepted.IsSettled || Fault(accepted) != StoreFault.None)
            return accepted;
        return _disk.Accept(new SimWrite(_world.Up, store => change(store)) { Live = live, Copy = copy ?? [], Message = message }, begins);
    }

    private static StoreFault Fault(CommitTicket ticket) => Known(ticket.WaitAsync());

    // What stands in memory is known at once.
    private static T Known<T>(ValueTask<T> answer) => answer.AsTask().GetAwaiter().GetResult();
}
