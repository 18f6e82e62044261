using System.Diagnostics;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Checks;

/// <summary>
/// How long a work item waits for a thread of the pool. Measured from a thread outside the pool: in a starved pool the one who asks would
/// wait in the same queue.
/// </summary>
/// <param name="queue">Puts a work item into the pool.</param>
/// <param name="longestWait">How long to wait for it; at least as long as the worse limit.</param>
internal sealed class ThreadPoolProbe(Action<Action> queue, TimeSpan longestWait) : IDiagnosticCheck
{
    private static readonly Threshold Delay = new(100, 1_000);

    /// <summary>The pool of the process. One and a half seconds are enough to be sure of the worse verdict, and within the time of a detailed report.</summary>
    public ThreadPoolProbe()
        : this(item => ThreadPool.UnsafeQueueUserWorkItem(state => state(), item, preferLocal: false), TimeSpan.FromMilliseconds(1_500))
    {
    }

    public string Id => "runtime.threadpool_delay";

    public string Component => Components.System;

    public DiagnosticLevel Level => DiagnosticLevel.Detailed;

    public async ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        var pending = ThreadPool.PendingWorkItemCount;
        var delay = await Task.Factory.StartNew(Measure, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        return Readings.Of("Time a work item waits for a thread of the pool", delay.TotalMilliseconds, "ms", Delay,
            "Code blocks the pool's threads (waits synchronously for I/O or locks): take a dump of the threads (dotnet-stack).",
            Readings.Evidence(("threads", ThreadPool.ThreadCount), ("pending_before", pending), ("pending_after", ThreadPool.PendingWorkItemCount)));
    }

    private TimeSpan Measure()
    {
        var started = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = Stopwatch.GetTimestamp();
        queue(() => started.TrySetResult(Stopwatch.GetTimestamp()));
        return started.Task.Wait(longestWait) ? Stopwatch.GetElapsedTime(queued, started.Task.Result) : longestWait;
    }
}
