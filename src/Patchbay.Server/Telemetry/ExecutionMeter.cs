namespace Patchbay.Server.Telemetry;

/// <summary>What one execution of a tool has taken.</summary>
/// <param name="CpuNanoseconds">CPU time.</param>
/// <param name="Bytes">Managed bytes allocated.</param>
internal readonly record struct ExecutionCost(long CpuNanoseconds, long Bytes);

/// <summary>Takes in what an execution took.</summary>
internal interface IExecutionCosts
{
    /// <summary>Called once for each execution, on any thread; must neither throw nor wait.</summary>
    /// <param name="cost">As measured or as estimated; null while nothing is known.</param>
    void Add(ExecutionCost? cost);
}

/// <summary>
/// CPU time and allocations of one execution: of every stretch in which a thread works for it, between awaits and in what it starts, until it returns. The
/// execution context tells when a thread takes the work up and lays it down.
/// </summary>
/// <remarks>
/// Begin and end are called by one async method. The thread of a first stretch may lay it down when a second one has long returned: so the figure is handed over
/// by whoever lays down last. A stretch that begins after the end is not counted. Nor are native memory, and threads that work for the tool without its
/// execution context.
/// </remarks>
internal sealed class ExecutionMeter
{
    private static readonly AsyncLocal<ExecutionMeter?> Current = new(OnSwitch);

    // What this thread counts for, and what it had taken when it began to.
    [ThreadStatic]
    private static ExecutionMeter? _countedFor;

    [ThreadStatic]
    private static ExecutionCost _taken;

    private long _cpu;
    private long _bytes;
    private int _open;
    private volatile bool _hasEnded;
    private Action<ExecutionCost>? _handOver;

    /// <summary>Begins to measure the execution context of the caller.</summary>
    public static ExecutionMeter Begin()
    {
        var meter = new ExecutionMeter();
        Current.Value = meter;
        return meter;
    }

    /// <summary>Ends measuring; called where <see cref="Begin"/> was, or behind an await there.</summary>
    /// <param name="handOver">Given the figure, once, when the last stretch has been laid down: nearly always at once. Must neither throw nor wait.</param>
    public void End(Action<ExecutionCost> handOver)
    {
        Current.Value = null;
        _handOver = handOver;
        _hasEnded = true;
        HandOverWhenClosed();
    }

    // Called on the thread whose execution context changes. Must not throw: the process would end.
    private static void OnSwitch(AsyncLocalValueChangedArgs<ExecutionMeter?> change)
    {
        if (change.PreviousValue == change.CurrentValue)
            return;
        if (_countedFor is { } former)
        {
            _countedFor = null;
            former.Leave();
        }

        if (change.CurrentValue is { } next && next.TryEnter())
        {
            _countedFor = next;
            _taken = Now();
        }
    }

    private static ExecutionCost Now() => new(ThreadClock.Read(), GC.GetAllocatedBytesForCurrentThread());

    private bool TryEnter()
    {
        Interlocked.Increment(ref _open);
        if (!_hasEnded)
            return true;
        Interlocked.Decrement(ref _open);
        HandOverWhenClosed();
        return false;
    }

    private void Leave()
    {
        var now = Now();
        Interlocked.Add(ref _cpu, now.CpuNanoseconds - _taken.CpuNanoseconds);
        Interlocked.Add(ref _bytes, now.Bytes - _taken.Bytes);
        Interlocked.Decrement(ref _open);
        HandOverWhenClosed();
    }

    private void HandOverWhenClosed()
    {
        if (_hasEnded && Volatile.Read(ref _open) == 0)
            Interlocked.Exchange(ref _handOver, null)?.Invoke(new ExecutionCost(Interlocked.Read(ref _cpu), Interlocked.Read(ref _bytes)));
    }
}
