using Patchbay.Store.Sessions;

namespace Patchbay.Store.Memory;

/// <summary>A session and its unacknowledged messages.</summary>
internal sealed class MemorySession(SessionRecord record)
{
    // They end with the last one, without a gap.
    private readonly Queue<ReadOnlyMemory<byte>> _messages = new();
    private long _bytes;

    /// <summary>What changes seldom.</summary>
    public SessionRecord Record { get; set; } = record;

    /// <summary>The last one acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The last one stored.</summary>
    public long Last { get; private set; }

    /// <summary>Keeps a message.</summary>
    public void Append(long seq, ReadOnlyMemory<byte> message)
    {
        _messages.Enqueue(message);
        _bytes += message.Length;
        Last = seq;
    }

    /// <summary>Drops up to a seq.</summary>
    public void Acknowledge(long seq)
    {
        while (_messages.Count > Math.Max(Last - seq, 0))
            _bytes -= _messages.Dequeue().Length;
        Acknowledged = Math.Max(Acknowledged, Math.Min(seq, Last));
    }

    /// <summary>Its client is away: its messages move into one array, and what was only room for more is given back.</summary>
    public void Pack()
    {
        var packed = GC.AllocateUninitializedArray<byte>((int)_bytes).AsMemory();
        for (var left = _messages.Count; left > 0; left--)
        {
            var message = _messages.Dequeue();
            message.CopyTo(packed);
            _messages.Enqueue(packed[..message.Length]);
            packed = packed[message.Length..];
        }

        _messages.TrimExcess();
    }

    /// <summary>Drops everything.</summary>
    public void Drop()
    {
        _messages.Clear();
        _messages.TrimExcess();
        _bytes = 0;
        Acknowledged = Last;
    }

    /// <summary>The messages after a seq.</summary>
    public IReadOnlyList<SessionMessage> After(long seq) => [.. _messages.Select((message, index) => new SessionMessage(Last - _messages.Count + 1 + index, message)).Where(message => message.Seq > seq)];

    /// <summary>The record with its figures.</summary>
    public SessionRecord Read() => Record with
    {
        AcknowledgedSeq = Acknowledged,
        LastSeq = Last,
        BufferedMessages = _messages.Count,
        BufferedBytes = _bytes,
    };
}
