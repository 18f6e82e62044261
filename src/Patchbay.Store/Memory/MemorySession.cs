using Patchbay.Store.Sessions;

namespace Patchbay.Store.Memory;

/// <summary>A session and its unacknowledged messages.</summary>
internal sealed class MemorySession(SessionRecord record)
{
    // They end with the last one, without a gap.
    private KeptMessages _messages;

    /// <summary>What changes seldom.</summary>
    public SessionRecord Record { get; set; } = record;

    /// <summary>The last one acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The last one stored.</summary>
    public long Last { get; private set; }

    /// <summary>Keeps a message.</summary>
    public void Append(long seq, ReadOnlyMemory<byte> message)
    {
        _messages.Add(message);
        Last = seq;
    }

    /// <summary>Drops up to a seq.</summary>
    public void Acknowledge(long seq)
    {
        while (_messages.Count > Math.Max(Last - seq, 0))
            _messages.DropFirst();
        Acknowledged = Math.Max(Acknowledged, Math.Min(seq, Last));
    }

    /// <summary>Its client is away: its messages take no more room than they need.</summary>
    public void Pack() => _messages.Pack();

    /// <summary>Drops everything.</summary>
    public void Drop()
    {
        _messages = default;
        Acknowledged = Last;
    }

    /// <summary>The messages after a seq.</summary>
    public IReadOnlyList<SessionMessage> After(long seq)
    {
        var first = Last - _messages.Count + 1;
        return [.. _messages.All.Select((message, index) => new SessionMessage(first + index, message)).Where(message => message.Seq > seq)];
    }

    /// <summary>The record with its figures.</summary>
    public SessionRecord Read() => Record with
    {
        AcknowledgedSeq = Acknowledged,
        LastSeq = Last,
        BufferedMessages = _messages.Count,
        BufferedBytes = _messages.Bytes,
    };
}
