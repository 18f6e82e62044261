using System.Collections.Concurrent;
using Patchbay.Protocol.Errors;

namespace Patchbay.Server.Diagnostics;

/// <summary>What one tool has done since the server started.</summary>
internal sealed class ToolStatistics
{
    private long _calls;
    private long _errors;

    public long Calls => Interlocked.Read(ref _calls);

    public long Errors => Interlocked.Read(ref _errors);

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
}
