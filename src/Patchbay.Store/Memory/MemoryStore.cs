using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;

namespace Patchbay.Store.Memory;

/// <summary>A store that lives as long as the process. Every ticket is settled at once.</summary>
public sealed class MemoryStore : IStore
{
    private readonly StoreClock _clock;
    private readonly MemorySessionStore _sessions;
    private readonly MemoryExecutionStore _executions;

    /// <summary>Makes an empty store.</summary>
    /// <param name="options">Bounds and lifetimes; its durability is not looked at.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StoreException">An option is out of its range.</exception>
    public MemoryStore(StoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _clock = new StoreClock(time, 0);
        _sessions = new MemorySessionStore(options, _clock);
        _executions = new MemoryExecutionStore(options, _clock, _sessions);
        _sessions.Executions = _executions;
    }

    /// <inheritdoc />
    public Durability Durability => Durability.Memory;

    /// <inheritdoc />
    public long Epoch => 1;

    /// <inheritdoc />
    public StoreTime Now => _clock.Now;

    /// <inheritdoc />
    public StoreFigures Figures => _executions.Figures;

    /// <inheritdoc />
    public ISessionStore Sessions => _sessions;

    /// <inheritdoc />
    public IExecutionStore Executions => _executions;

    /// <inheritdoc />
    public CommitTicket Barrier() => CommitTicket.Settled;

    /// <inheritdoc />
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
