namespace Patchbay.Tools.Models.Upstreams;

/// <summary>Where a breaker stands.</summary>
internal enum BreakerState
{
    /// <summary>Calls go through.</summary>
    Closed,

    /// <summary>Calls are refused until the pause is over.</summary>
    Open,

    /// <summary>The pause is over: one call is let through to try.</summary>
    HalfOpen,
}

/// <summary>Leave to call an upstream. What it came to is told once; told nothing, it counts for nothing.</summary>
internal sealed class BreakerPass(CircuitBreaker breaker, int round, bool isProbe) : IDisposable
{
    private int _isTold;

    public void Succeeded() => Tell(true);

    public void Failed() => Tell(false);

    /// <inheritdoc />
    public void Dispose() => Tell(null);

    private void Tell(bool? works)
    {
        if (Interlocked.Exchange(ref _isTold, 1) == 0)
            breaker.Note(works, round, isProbe);
    }
}

/// <summary>
/// Refuses calls to an upstream that has failed several times in a row, for a pause; then one call tries, and its end decides.
/// A failure in a row is enough of a rule here: calls last seconds, so a ratio over a window would hear of a dead server a minute late.
/// </summary>
internal sealed class CircuitBreaker(int failures, TimeSpan pause, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _failuresInRow;
    private int _round;
    private long _openedAt;
    private bool _isOpen;
    private bool _isProbing;

    /// <summary>Where it stands now.</summary>
    public BreakerState State
    {
        get
        {
            lock (_lock)
                return !_isOpen ? BreakerState.Closed : Remaining() > TimeSpan.Zero ? BreakerState.Open : BreakerState.HalfOpen;
        }
    }

    /// <summary>Failures since the last success.</summary>
    public int FailuresInRow
    {
        get
        {
            lock (_lock)
                return _failuresInRow;
        }
    }

    /// <summary>Asks for leave to call.</summary>
    /// <param name="retryAfter">When refused: how long the pause still lasts, or one pause while another call tries.</param>
    /// <returns>Null when refused.</returns>
    public BreakerPass? TryEnter(out TimeSpan retryAfter)
    {
        lock (_lock)
        {
            retryAfter = TimeSpan.Zero;
            if (!_isOpen)
                return new BreakerPass(this, _round, isProbe: false);
            retryAfter = Remaining();
            if (retryAfter > TimeSpan.Zero)
                return null;
            if (_isProbing)
            {
                retryAfter = pause;
                return null;
            }

            _isProbing = true;
            return new BreakerPass(this, _round, isProbe: true);
        }
    }

    internal void Note(bool? works, int round, bool isProbe)
    {
        lock (_lock)
        {
            if (isProbe)
                _isProbing = false;
            // The end of a call that began before the breaker last changed says nothing of now.
            if (works is null || round != _round)
                return;
            if (works == true)
            {
                _failuresInRow = 0;
                if (_isOpen)
                    Turn(open: false);
            }
            else if (++_failuresInRow >= failures || isProbe)
            {
                Turn(open: true);
            }
        }
    }

    private void Turn(bool open)
    {
        _isOpen = open;
        _round++;
        _openedAt = time.GetTimestamp();
    }

    private TimeSpan Remaining() => pause - time.GetElapsedTime(_openedAt);
}
