using System.Collections.Concurrent;
using Patchbay.Protocol.Errors;

namespace Patchbay.Server.Diagnostics;

/// <summary>What has passed since the start: for the whole server, and once for each key that has connected.</summary>
internal sealed class Statistics
{
    private volatile ToolStatistics? _lastTool;

    public Traffic Traffic { get; } = new();

    /// <summary>How long answered requests took, from receipt to answer.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>The tools that were called, by name.</summary>
    public ConcurrentDictionary<string, ToolStatistics> Tools { get; } = new(StringComparer.Ordinal);

    public void CountRequest(TimeSpan duration, ErrorCode? error)
    {
        Traffic.CountRequest(error is not null);
        Latency.Add(duration);
    }

    public void CountCall(string tool, TimeSpan duration, ErrorCode? error)
    {
        CountRequest(duration, error);
        Tool(tool).Record(duration, error);
    }

    /// <summary>What one tool has done. Calls come in runs of the same tool, so the last one found is tried first.</summary>
    public ToolStatistics Tool(string name)
    {
        var last = _lastTool;
        if (last is null || last.Name != name)
            _lastTool = last = Tools.GetOrAdd(name, static name => new ToolStatistics(name));
        return last;
    }
}
