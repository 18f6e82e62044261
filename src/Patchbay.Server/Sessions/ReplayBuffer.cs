using System.Buffers.Text;
using Patchbay.Store.Sessions;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>
/// The numbered messages a client has not acknowledged, bounded in count and bytes. After a restart, and while the client is away, they stand in the store
/// only: then this holds what is needed to count on, until a resume loads them. Not safe for concurrent use: the outbox's lock is held.
/// </summary>
internal sealed class ReplayBuffer(int maxMessages, int maxBytes)
{
    // They end with the last one, without a gap; null when none is here.
    private Queue<byte[]>? _messages;
    private bool _isHeld;
    private int _count;
    private long _bytes;

    /// <summary>The number of the last message.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Every message up to this one has arrived.</summary>
    public long AcknowledgedSeq { get; private set; }

    /// <summary>Whether the messages are in the store and not here.</summary>
    public bool IsInStoreOnly { get; private set; }

    /// <summary>Whether a message was lost, so that nothing can be replayed any more.</summary>
    public bool IsGapped { get; private set; }

    /// <summary>How many messages it holds, and their bytes.</summary>
    public (int Messages, long Bytes) Kept => (_count, _bytes);

    public bool IsEmpty => _count == 0;

    /// <summary>Whether a message of this size has room; a larger one than the bound has it when nothing else is there.</summary>
    public bool HasRoom(int bytes) => _count == 0 || (_count < maxMessages && _bytes + bytes <= maxBytes);

    /// <summary>Whether so much cannot-wait traffic has come on top of a full buffer that the reader must be taken for stuck.</summary>
    public bool IsOverrun => _count >= maxMessages * 2 || _bytes >= maxBytes * 2L;

    /// <summary>Takes over the counts of a session that was stored by an earlier process.</summary>
    public void Restore(long lastSeq, long acknowledgedSeq, int count, long bytes, bool isGapped)
    {
        LastSeq = lastSeq;
        AcknowledgedSeq = acknowledgedSeq;
        IsGapped = isGapped;
        IsInStoreOnly = !isGapped;
        _count = count;
        _bytes = bytes;
    }

    /// <summary>Puts the next number into a finished JSON object: <c>…,"seq":N}</c>.</summary>
    public static void Number(OutboundMessage message, long seq)
    {
        message.Truncate(message.Length - 1);
        var target = message.GetSpan(32);
        ",\"seq\":"u8.CopyTo(target);
        Utf8Formatter.TryFormat(seq, target[7..], out var digits);
        target[7 + digits] = (byte)'}';
        message.Advance(8 + digits);
    }

    /// <summary>Takes the number back.</summary>
    public static void Unnumber(OutboundMessage message, int length)
    {
        message.Truncate(length - 1);
        message.GetSpan(1)[0] = (byte)'}';
        message.Advance(1);
    }

    /// <summary>Takes a numbered message in.</summary>
    public void Add(byte[] message)
    {
        LastSeq++;
        _count++;
        _bytes += message.Length;
        if (!IsInStoreOnly || _isHeld)
            (_messages ??= new Queue<byte[]>()).Enqueue(message);
    }

    /// <summary>Lets everything up to a number go; false when that changes nothing.</summary>
    public bool Acknowledge(long seq)
    {
        if (seq <= AcknowledgedSeq)
            return false;
        AcknowledgedSeq = seq;
        while (_messages is not null && _messages.Count > LastSeq - seq)
        {
            _count--;
            _bytes -= _messages.Dequeue().Length;
        }

        return true;
    }

    /// <summary>A resume is under way: what is here stays, and what comes is kept here too.</summary>
    public void Hold() => _isHeld = true;

    /// <summary>The resume has ended, in one way or the other.</summary>
    public void EndHold() => _isHeld = false;

    /// <summary>The client is away: from here on the store alone has the messages, unless a resume is under way.</summary>
    public void LeaveToStore()
    {
        if (_isHeld)
            return;
        IsInStoreOnly = !IsGapped;
        _messages = null;
    }

    /// <summary>Takes the stored messages in; false when they do not reach up to what is here.</summary>
    public bool TryLoad(IReadOnlyList<SessionMessage> stored)
    {
        if (!IsInStoreOnly)
            return true;
        var upTo = LastSeq - (_messages?.Count ?? 0);
        if ((stored.Count == 0 ? AcknowledgedSeq : stored[^1].Seq) < upTo)
            return false;
        _messages = new Queue<byte[]>([.. stored.Where(message => message.Seq <= upTo).Select(message => message.Bytes.ToArray()), .. _messages ?? []]);
        _count = _messages.Count;
        _bytes = _messages.Sum(message => (long)message.Length);
        IsInStoreOnly = false;
        return true;
    }

    /// <summary>A message was lost: nothing of what is here is of use any more.</summary>
    public void MarkGapped()
    {
        IsGapped = true;
        IsInStoreOnly = false;
        Clear();
    }

    /// <summary>Lets everything go.</summary>
    public void Clear()
    {
        _messages = null;
        _count = 0;
        _bytes = 0;
    }

    /// <summary>The messages behind a number, in order.</summary>
    public IEnumerable<byte[]> After(long seq) => _messages is null ? [] : _messages.TakeLast((int)Math.Min(LastSeq - seq, _messages.Count));
}
