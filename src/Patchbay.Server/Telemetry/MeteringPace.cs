namespace Patchbay.Server.Telemetry;

/// <summary>
/// Which executions of one tool are measured. Reading a thread's CPU time is a system call of up to a microsecond, twice for each stretch: on a call of a few
/// microseconds that would be felt. So every execution of a tool that takes 50 µs of CPU or more in the mean is measured, and of a lighter one the first within
/// each 10 ms; the others are taken for the mean.
/// </summary>
internal sealed class MeteringPace
{
    private const long HeavyNanoseconds = 50_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private long _next;
    private long _count;
    private long _cpu;
    private long _bytes;

    /// <summary>A meter for an execution that starts now, or null when it is not measured.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="now">Its time stamp.</param>
    public ExecutionMeter? Begin(TimeProvider time, long now)
    {
        var next = Volatile.Read(ref _next);
        var isDue = now >= next && Interlocked.CompareExchange(ref _next, now + (long)(Pause.TotalSeconds * time.TimestampFrequency), next) == next;
        return isDue || IsHeavy ? ExecutionMeter.Begin() : null;
    }

    /// <summary>An execution has ended: hands over what it took, as measured or as the mean of those that were.</summary>
    /// <param name="meter">What <see cref="Begin"/> gave.</param>
    /// <param name="costs">Takes it in.</param>
    public void End(ExecutionMeter? meter, IExecutionCosts costs)
    {
        if (meter is null)
            costs.Add(Mean);
        else
            meter.End(cost =>
            {
                Note(cost);
                costs.Add(cost);
            });
    }

    /// <summary>Notes what a measured execution took.</summary>
    public void Note(ExecutionCost cost)
    {
        Interlocked.Add(ref _cpu, cost.CpuNanoseconds);
        Interlocked.Add(ref _bytes, cost.Bytes);
        Interlocked.Increment(ref _count);
    }

    private ExecutionCost? Mean =>
        Interlocked.Read(ref _count) is var count and > 0 ? new ExecutionCost(Interlocked.Read(ref _cpu) / count, Interlocked.Read(ref _bytes) / count) : null;

    private bool IsHeavy => Interlocked.Read(ref _count) is var count and > 0 && Interlocked.Read(ref _cpu) >= count * HeavyNanoseconds;
}
