namespace Patchbay.Server.Dispatch;

/// <summary>Something that must end in time. Its links belong to <see cref="Deadlines"/>.</summary>
internal sealed class Deadline(Action onDue)
{
    public Deadline? Previous { get; set; }

    public Deadline? Next { get; set; }

    public long DueTick { get; set; }

    public bool IsScheduled { get; set; }

    /// <summary>The time is over. Called on the timer's thread; must not block.</summary>
    public void Fall() => onDue();
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
    private readonly Deadline?[] _wheel = new Deadline?[Slots];
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

    public void Add(Deadline deadline, TimeSpan after)
    {
        lock (_lock)
        {
            if (_count++ == 0)
            {
                _tick = Now();
                _timer.Change(TickLength, TickLength);
            }

            // Rounded up: a call never gets less time than it was given.
            deadline.DueTick = Now() + (long)Math.Ceiling(after / TickLength) + 1;
            deadline.IsScheduled = true;
            ref var head = ref _wheel[deadline.DueTick % Slots];
            deadline.Previous = null;
            deadline.Next = head;
            head?.Previous = deadline;
            head = deadline;
        }
    }

    public void Remove(Deadline deadline)
    {
        lock (_lock)
        {
            if (deadline.IsScheduled)
                Unlink(deadline);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private long Now() => _time.GetElapsedTime(_start).Ticks / TickLength.Ticks;

    private void Turn()
    {
        List<Deadline>? due = null;
        lock (_lock)
        {
            // Behind by more than a turn (a stall, a jump of the clock): every slot is looked at once.
            var now = Now();
            for (var steps = Math.Min(now - _tick, Slots); steps > 0 && _count > 0; steps--)
            {
                for (var deadline = _wheel[(now - steps + 1) % Slots]; deadline is not null;)
                {
                    var next = deadline.Next;
                    if (deadline.DueTick <= now)
                    {
                        Unlink(deadline);
                        (due ??= []).Add(deadline);
                    }

                    deadline = next;
                }
            }

            _tick = now;
        }

        foreach (var deadline in due ?? [])
            deadline.Fall();
    }

    private void Unlink(Deadline deadline)
    {
        deadline.IsScheduled = false;
        if (deadline.Previous is { } previous)
            previous.Next = deadline.Next;
        else
            _wheel[deadline.DueTick % Slots] = deadline.Next;
        deadline.Next?.Previous = deadline.Previous;
        deadline.Previous = null;
        deadline.Next = null;
        if (--_count == 0)
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
