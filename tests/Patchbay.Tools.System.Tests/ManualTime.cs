namespace Patchbay.Tools.System.Tests;

/// <summary>Clocks that move when told; timers fire within <see cref="Advance"/>, in order.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _monotonic = TimeSpan.FromSeconds(1);
    private DateTimeOffset _wall = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate)
            return _monotonic.Ticks;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _wall;
    }

    /// <summary>The wall clock alone: it was set, or the machine slept.</summary>
    public void SetWallForward(TimeSpan by)
    {
        lock (_gate)
            _wall += by;
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_gate)
        {
            _monotonic += by;
            _wall += by;
            due = [.. _timers.Where(timer => timer.Due <= _monotonic).OrderBy(timer => timer.Due)];
        }

        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        lock (_gate)
            _timers.Add(timer);
        return timer;
    }

    private sealed class ManualTimer(ManualTime owner, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            lock (owner._gate)
                Due = dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : owner._monotonic + dueTime;
            return true;
        }

        public void Fire()
        {
            Due = _period <= TimeSpan.Zero ? TimeSpan.MaxValue : Due + _period;
            callback(state);
        }

        public void Dispose()
        {
            lock (owner._gate)
                owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
