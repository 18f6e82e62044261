namespace Patchbay.Client.Core;

/// <summary>What the connection waits for.</summary>
internal enum TimerKey
{
    Connect,
    Backoff,
    Heartbeat,
    Silence,
    Ack,
    Gate,
}

/// <summary>The alarm clock of the connection: one due time for each key. Requests keep their own, which one sweep looks at.</summary>
internal sealed class Timers
{
    private readonly double[] _due = [.. Enumerable.Repeat(double.PositiveInfinity, Enum.GetValues<TimerKey>().Length)];

    /// <summary>The earliest due time, or infinity.</summary>
    public double Next
    {
        get
        {
            var next = double.PositiveInfinity;
            foreach (var due in _due)
                next = Math.Min(next, due);
            return next;
        }
    }

    public void Set(TimerKey key, double due) => _due[(int)key] = due;

    public void Clear(TimerKey key) => _due[(int)key] = double.PositiveInfinity;

    /// <summary>Sets it unless it is due before that anyway.</summary>
    public void SetSooner(TimerKey key, double due) => _due[(int)key] = Math.Min(_due[(int)key], due);

    public bool IsSet(TimerKey key) => !double.IsPositiveInfinity(_due[(int)key]);

    /// <summary>Takes the earliest key.</summary>
    public TimerKey Pop()
    {
        var earliest = Array.IndexOf(_due, Next);
        _due[earliest] = double.PositiveInfinity;
        return (TimerKey)earliest;
    }
}
