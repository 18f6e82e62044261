namespace Patchbay.Tools.Models.Upstreams;

/// <summary>The time-outs of one call: one for all of it, and one that is set anew with each phase and each sign of life.</summary>
internal sealed class PhaseClock : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer _total;
    private readonly ITimer _phaseTimer;
    private int _phase;
    private int _expired;

    public PhaseClock(PhaseTimes times, TimeProvider time, CancellationToken caller)
    {
        Times = times;
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _phaseTimer = time.CreateTimer(static state => ((PhaseClock)state!).ExpirePhase(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _total = time.CreateTimer(static state => ((PhaseClock)state!).Expire(Phase.Total), this, times.Total, Timeout.InfiniteTimeSpan);
    }

    public PhaseTimes Times { get; }

    /// <summary>Ends with the caller's, or when a time is up.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The phase whose time is up, or null.</summary>
    public Phase? Expired => Volatile.Read(ref _expired) is var phase and not 0 ? (Phase)phase : null;

    /// <summary>Begins a phase, or gives the one that runs its whole time again.</summary>
    public void Enter(Phase phase)
    {
        Volatile.Write(ref _phase, (int)phase);
        _phaseTimer.Change(Times.Of(phase), Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _phaseTimer.Dispose();
        _total.Dispose();
        _source.Dispose();
    }

    private void ExpirePhase()
    {
        var phase = (Phase)Volatile.Read(ref _phase);
        if (phase != Phase.None)
            Expire(phase);
    }

    private void Expire(Phase phase)
    {
        if (Interlocked.CompareExchange(ref _expired, (int)phase, 0) != 0)
            return;
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended while its timer was firing.
        }
    }
}
