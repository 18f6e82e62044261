using System.Collections.Concurrent;
using Patchbay.Server.Telemetry;

namespace Patchbay.Server.Diagnostics;

/// <summary>The statistics of the server and of its keys.</summary>
internal sealed class StatisticsBook(RequestInstrument requests, EventInstruments events)
{
    private readonly ConcurrentDictionary<string, Statistics> _keys = new(StringComparer.Ordinal);

    /// <summary>The whole server's.</summary>
    public Statistics Server { get; } = new();

    /// <summary>The instrument of answered requests.</summary>
    public RequestInstrument Requests => requests;

    /// <summary>The instruments of what happens seldom.</summary>
    public EventInstruments Events => events;

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
