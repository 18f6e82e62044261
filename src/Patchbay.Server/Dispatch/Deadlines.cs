namespace Patchbay.Server.Dispatch;

/// <summary>Something that must end in time. Its links belong to <see cref="Deadlines"/>.</summary>
internal abstract class Timed
{
    internal Timed? Previous { get; set; }

    internal Timed? Next { get; set; }

    internal long DueTick { get; set; }

    internal bool IsScheduled { get; set; }

    /// <summary>The time is over. Called on the timer's thread; must not block.</summary>
    internal abstract void OnDue();
}

/// <summary>
/// One timer for the time-outs of all calls: a wheel of lists, so that adding and removing take the same time whatever the number.
/// It only turns while something is on it.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    private const int Slots = 1024;

    private static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Timed?[] _wheel = new Timed?[Slots];
    private readonly ITimer _timer;
    private readonly long _start;
    private long _tick;
    private int _count;

    public Deadlines(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((Deadlines)state!).Turn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(Timed timed, TimeSpan after)
    {
        lock (_lock)
        {
            if (_count++ == 0)
            {
                _tick = Now();
                _timer.Change(TickLength, TickLength);
            }

            // Rounded up: a call never gets less time than it was given.
            timed.DueTick = Now() + (long)Math.Ceiling(after / TickLength) + 1;
            timed.IsScheduled = true;
            ref var head = ref _wheel[timed.DueTick % Slots];
            timed.Previous = null;
            timed.Next = head;
            head?.Previous = timed;
            head = timed;
        }
    }

    public void Remove(Timed timed)
    {
        lock (_lock)
        {
            if (timed.IsScheduled)
                Unlink(timed);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private long Now() => _time.GetElapsedTime(_start).Ticks / TickLength.Ticks;

    private void Turn()
    {
        List<Timed>? due = null;
        lock (_lock)
        {
            // Behind by more than a turn (a stall, a jump of the clock): every slot is looked at once.
            var now = Now();
            for (var steps = Math.Min(now - _tick, Slots); steps > 0 && _count > 0; steps--)
            {
                for (var timed = _wheel[(now - steps + 1) % Slots]; timed is not null;)
                {
                    var next = timed.Next;
                    if (timed.DueTick <= now)
                    {
                        Unlink(timed);
                        (due ??= []).Add(timed);
                    }

                    timed = next;
                }
            }

            _tick = now;
        }

        foreach (var timed in due ?? [])
            timed.OnDue();
    }

    private void Unlink(Timed timed)
    {
        timed.IsScheduled = false;
        if (timed.Previous is { } previous)
            previous.Next = timed.Next;
        else
            _wheel[timed.DueTick % Slots] = timed.Next;
        timed.Next?.Previous = timed.Previous;
        timed.Previous = null;
        timed.Next = null;
        if (--_count == 0)
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
