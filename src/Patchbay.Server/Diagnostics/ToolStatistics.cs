using System.Collections.Concurrent;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Telemetry;

namespace Patchbay.Server.Diagnostics;

/// <summary>What one tool has done since the server started.</summary>
internal sealed class ToolStatistics(string name)
{
    private long _calls;
    private long _errors;
    private long _executions;
    private long _executionTicks;
    private long _unknown;
    private int _isKnown;
    private long _cpuNanoseconds;
    private long _bytes;

    /// <summary>The tool's.</summary>
    public string Name => name;

    public long Calls => Interlocked.Read(ref _calls);

    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>How often the tool has run and returned. A call that is answered from a record runs nothing.</summary>
    public long Executions => Interlocked.Read(ref _executions);

    /// <summary>How long the tool has run in all.</summary>
    public TimeSpan ExecutionTime => TimeSpan.FromTicks(Interlocked.Read(ref _executionTicks));

    /// <summary>CPU time of all executions; null when there was none, or the system does not tell.</summary>
    public double? CpuMilliseconds => ThreadClock.IsSupported && IsKnown ? Interlocked.Read(ref _cpuNanoseconds) / 1e6 : null;

    /// <summary>Managed bytes allocated by all executions; null when there was none.</summary>
    public long? AllocatedBytes => IsKnown ? Interlocked.Read(ref _bytes) : null;

    public LatencyHistogram Latency { get; } = new();

    public ConcurrentDictionary<string, long> ErrorCodes { get; } = new(StringComparer.Ordinal);

    public void Record(TimeSpan duration, ErrorCode? error)
    {
        Interlocked.Increment(ref _calls);
        Latency.Add(duration);
        if (error is null)
            return;
        Interlocked.Increment(ref _errors);
        ErrorCodes.AddOrUpdate(error.Name, 1, static (_, count) => count + 1);
    }

    /// <summary>The tool has returned.</summary>
    /// <param name="duration">How long it ran.</param>
    /// <param name="cost">What it took, as measured or as estimated; null while nothing is known. Whoever is known next stands for those as well, so that sums only rise.</param>
    public void RecordExecution(TimeSpan duration, ExecutionCost? cost)
    {
        Interlocked.Increment(ref _executions);
        Interlocked.Add(ref _executionTicks, duration.Ticks);
        if (cost is not { } taken)
        {
            Interlocked.Increment(ref _unknown);
            return;
        }

        var times = 1 + (Volatile.Read(ref _unknown) == 0 ? 0 : Interlocked.Exchange(ref _unknown, 0));
        Interlocked.Add(ref _cpuNanoseconds, taken.CpuNanoseconds * times);
        Interlocked.Add(ref _bytes, taken.Bytes * times);
        Volatile.Write(ref _isKnown, 1);
    }

    private bool IsKnown => Volatile.Read(ref _isKnown) == 1;
}
