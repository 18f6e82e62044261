using Patchbay.Tools.Audio.Reports;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>The final reports of closed streams, for as long as they can be read; bounded, the oldest goes first. Safe for concurrent use.</summary>
internal sealed class ClosedStreams(TimeProvider time, TimeSpan retention, int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<(string StreamId, long ClosedAt)> _order = new();

    public void Add(StreamIdentity identity, AudioReport report)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _entries[identity.StreamId] = new Entry(identity.Session.SessionId, identity.Session.KeyId, report, identity.Session.Ended);
            _order.Enqueue((identity.StreamId, now));
            Trim(now);
        }
    }

    /// <summary>The report of a stream, for its own session; once that is over, for every session of the same key.</summary>
    public AudioReport? Find(string streamId, IToolSession asker)
    {
        lock (_lock)
        {
            Trim(time.GetTimestamp());
            return _entries.TryGetValue(streamId, out var entry) && MayRead(asker, entry) ? entry.Report : null;
        }
    }

    /// <summary>Drops what is too old.</summary>
    public void Trim()
    {
        lock (_lock)
            Trim(time.GetTimestamp());
    }

    private static bool MayRead(IToolSession asker, Entry entry) =>
        asker.SessionId == entry.SessionId || (entry.Ended.IsCancellationRequested && asker.KeyId == entry.KeyId);

    private void Trim(long now)
    {
        while (_order.TryPeek(out var oldest) && (_order.Count > capacity || time.GetElapsedTime(oldest.ClosedAt, now) >= retention))
            _entries.Remove(_order.Dequeue().StreamId);
    }

    // What is asked of the session, and not the session, whose buffers would live as long as the report.
    private sealed record Entry(string SessionId, string KeyId, AudioReport Report, CancellationToken Ended);
}
