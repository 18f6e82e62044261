using System.Collections.Concurrent;
using Patchbay.Protocol.Errors;

namespace Patchbay.Server.Diagnostics;

/// <summary>The statistics of the server and of its keys.</summary>
internal sealed class StatisticsBook
{
    private readonly ConcurrentDictionary<string, Statistics> _keys = new(StringComparer.Ordinal);

    /// <summary>The whole server's.</summary>
    public Statistics Server { get; } = new();

    /// <summary>One key's.</summary>
    public Statistics OfKey(string keyId) => _keys.GetOrAdd(keyId, static _ => new Statistics());

    /// <summary>Closes a second of all of them.</summary>
    public void Tick()
    {
        Server.Traffic.Tick();
        foreach (var (_, statistics) in _keys)
            statistics.Traffic.Tick();
    }
}

/// <summary>Counts for the server and for one key at once.</summary>
internal readonly struct Counter(Statistics server, Statistics key)
{
    public void CountReceived()
    {
        server.Traffic.CountReceived();
        key.Traffic.CountReceived();
    }

    public void CountSent(int messages = 1)
    {
        server.Traffic.CountSent(messages);
        key.Traffic.CountSent(messages);
    }

    public void CountRequest(TimeSpan duration, ErrorCode? error)
    {
        server.CountRequest(duration, error);
        key.CountRequest(duration, error);
    }

    public void CountCall(string tool, TimeSpan duration, ErrorCode? error)
    {
        server.CountCall(tool, duration, error);
        key.CountCall(tool, duration, error);
    }
}
