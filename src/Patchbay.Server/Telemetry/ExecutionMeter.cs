namespace Patchbay.Server.Telemetry;

/// <summary>What one execution of a tool has taken.</summary>
/// <param name="CpuNanoseconds">CPU time.</param>
/// <param name="Bytes">Managed bytes allocated.</param>
internal readonly record struct ExecutionCost(long CpuNanoseconds, long Bytes);

/// <summary>
/// CPU time and allocations of one execution: of every stretch in which a thread works for it, between awaits and in what it starts, until it returns. The
/// execution context tells when a thread takes the work up and lays it down.
/// </summary>
/// <remarks>
/// Begin and end are called by one async method. What was started by the tool and still runs when the tool has returned is not counted from there on. Native
/// memory is not counted, nor are threads that were there before and work for the tool without its execution context.
/// </remarks>
internal sealed class ExecutionMeter
{
    private static readonly AsyncLocal<ExecutionMeter?> Current = new(OnSwitch);

    [ThreadStatic]
    private static ExecutionCost _taken;

    private long _cpu;
    private long _bytes;
    private volatile bool _hasEnded;

    /// <summary>Begins to measure the execution context of the caller.</summary>
    public static ExecutionMeter Begin()
    {
        var meter = new ExecutionMeter();
        Current.Value = meter;
        return meter;
    }

    /// <summary>Ends measuring; called where <see cref="Begin"/> was, or behind an await there.</summary>
    public ExecutionCost End()
    {
        Current.Value = null;
        _hasEnded = true;
        return new ExecutionCost(Interlocked.Read(ref _cpu), Interlocked.Read(ref _bytes));
    }

    // Called on the thread whose execution context changes. Must not throw: the process would end.
    private static void OnSwitch(AsyncLocalValueChangedArgs<ExecutionMeter?> change)
    {
        if (change.PreviousValue == change.CurrentValue)
            return;
        if (change.PreviousValue is { _hasEnded: false } former)
        {
            var now = Now();
            Interlocked.Add(ref former._cpu, now.CpuNanoseconds - _taken.CpuNanoseconds);
            Interlocked.Add(ref former._bytes, now.Bytes - _taken.Bytes);
        }

        if (change.CurrentValue is { _hasEnded: false })
            _taken = Now();
    }

    private static ExecutionCost Now() => new(ThreadClock.Read(), GC.GetAllocatedBytesForCurrentThread());
}
