using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Checks;

/// <summary>
/// How long a work item waits for a thread of the pool, measured once a second from a thread of its own. In a starved pool whoever asks has waited in the
/// same queue, and a measurement that began only then would not be through in time: so the answer is there before the question.
/// </summary>
/// <param name="queue">Puts a work item into the pool.</param>
/// <param name="time">The clock.</param>
/// <param name="channel">Who is told when the pool starves, and when it does no longer; or null.</param>
internal sealed class ThreadPoolWatch(Action<Action> queue, TimeProvider time, IDiagnosticChannel? channel = null) : IHostedService, IDisposable
{
    private const int Remembered = 10;
    private const string Component = "thread_pool";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly Threshold DelayMs = new(100, 1_000);

    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly TimeSpan[] _delays = new TimeSpan[Remembered];
    private int _next;
    private long _queuedAt;
    private bool _hasLooked;
    private bool _isStarved;

    /// <summary>Watches the pool of the process.</summary>
    public ThreadPoolWatch(TimeProvider time, IDiagnosticChannel? channel = null)
        : this(item => ThreadPool.UnsafeQueueUserWorkItem(state => state(), item, preferLocal: false), time, channel)
    {
    }

    /// <summary>The longest wait of the last ten items, the one that waits now among them.</summary>
    public TimeSpan Delay
    {
        get
        {
            lock (_lock)
            {
                var longest = _delays.Max();
                var waiting = _queuedAt == 0 ? TimeSpan.Zero : time.GetElapsedTime(_queuedAt);
                return waiting > longest ? waiting : longest;
            }
        }
    }

    /// <summary>Begins to watch.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Watch) { IsBackground = true, Name = "thread pool watch" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _ended.Set();
        return Task.CompletedTask;
    }

    /// <summary>Queues one item, unless the last one still waits.</summary>
    public void Look()
    {
        TellOfDelay();
        long queuedAt;
        lock (_lock)
        {
            if (_queuedAt != 0)
                return;
            _queuedAt = queuedAt = time.GetTimestamp();
            _hasLooked = true;
        }

        queue(() => Note(time.GetElapsedTime(queuedAt)));
    }

    /// <summary>The check of the last ten seconds.</summary>
    public CheckReading Read() => !_hasLooked
        ? CheckReading.NotKnown("The watch has not begun yet.")
        : Readings.Of("Longest wait of a work item for a thread of the pool, in the last ten seconds", Delay.TotalMilliseconds, "ms", DelayMs,
            "Code blocks the pool's threads (waits synchronously for I/O or locks): take a dump of the threads (dotnet-stack).",
            Readings.Evidence(("threads", ThreadPool.ThreadCount), ("pending", ThreadPool.PendingWorkItemCount)));

    // Not disposed: the thread may still be waiting for it.
    public void Dispose() => _ended.Set();

    private void Watch()
    {
        do
            Look();
        while (!_ended.Wait(Period));
    }

    private void TellOfDelay()
    {
        var milliseconds = (long)Delay.TotalMilliseconds;
        if (!_isStarved && milliseconds >= DelayMs.Critical)
        {
            _isStarved = true;
            channel?.Tell(Protocol.Envelope.DiagnosticLevel.Critical, Component, $"The thread pool is starved: work waits {milliseconds} ms for a thread.", new JsonObject { ["delay_ms"] = milliseconds });
        }
        else if (_isStarved && milliseconds < DelayMs.Warning)
        {
            _isStarved = false;
            channel?.Tell(Protocol.Envelope.DiagnosticLevel.Info, Component, "The thread pool has threads again.");
        }
    }

    private void Note(TimeSpan delay)
    {
        lock (_lock)
        {
            _delays[_next] = delay;
            _next = (_next + 1) % Remembered;
            _queuedAt = 0;
        }
    }
}
