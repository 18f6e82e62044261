using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Patchbay.Store.Sessions;

namespace Patchbay.Store.Sqlite;

/// <summary>
/// The messages in the file that are not acknowledged. Where they stand is known in memory, which follows the file: what a group appends, acknowledges and ends
/// counts when it is committed, and rows that it leaves empty go with the next one. Used by the writing thread only.
/// </summary>
internal sealed class SqliteMessagePages(SqliteDatabase database)
{
    // A row that fits into one page of the file (4,096 bytes less 35). It is kept for the sake of one message in it, so it is not larger.
    private const int PageBytes = 4000;

    // Session, seq and length; a message's place is that of its bytes behind them.
    private const int HeaderBytes = sizeof(long) + sizeof(long) + sizeof(int);

    private readonly SqlitePages _pages = new(database, "message_pages", PageBytes);
    private readonly Dictionary<long, SqliteMessages> _sessions = [];
    private readonly List<(long Session, long Seq, PagePlace Place)> _appended = [];

    // The highest acknowledged seq of each session that the group acknowledges something of, and whether it ends.
    private readonly Dictionary<long, long> _acknowledged = [];
    private readonly List<long> _ended = [];

    /// <summary>The highest seq the group acknowledges, of each session it acknowledges something of.</summary>
    public IReadOnlyCollection<KeyValuePair<long, long>> Acknowledged => _acknowledged;

    /// <summary>What is stored of a session; null when nothing is.</summary>
    public SqliteMessages? Find(long session) => _sessions.GetValueOrDefault(session);

    /// <summary>Finds out where everything stands.</summary>
    /// <param name="acknowledged">The acknowledged seq of each session that has not ended.</param>
    public void Load(IReadOnlyDictionary<long, long> acknowledged)
    {
        foreach (var (number, bytes) in _pages.ReadRows())
        {
            for (int at = 0; at < bytes.Length;)
            {
                var (session, seq, place) = ParseAt(number, bytes, at);
                at = place.Offset + place.Length;
                if (!acknowledged.TryGetValue(session, out long last) || seq <= last)
                    continue;
                if (seq != Math.Max(last, Find(session)?.LastSeq ?? 0) + 1)
                    throw _pages.Damaged();
                Add(session, seq, place);
            }

            if (_pages.IsEmpty(number))
                _pages.LeaveRow(number);
        }
    }

    public void Append(long session, long seq, ReadOnlySpan<byte> message)
    {
        var target = _pages.Reserve(HeaderBytes + message.Length);
        BinaryPrimitives.WriteInt64LittleEndian(target, session);
        BinaryPrimitives.WriteInt64LittleEndian(target[sizeof(long)..], seq);
        BinaryPrimitives.WriteInt32LittleEndian(target[(2 * sizeof(long))..], message.Length);
        message.CopyTo(target[HeaderBytes..]);
        var item = _pages.Add(HeaderBytes + message.Length);
        _appended.Add((session, seq, new PagePlace(item.Page, item.Offset + HeaderBytes, message.Length)));
    }

    public void Acknowledge(long session, long seq)
    {
        ref long highest = ref CollectionsMarshal.GetValueRefOrAddDefault(_acknowledged, session, out _);
        highest = Math.Max(highest, seq);
    }

    /// <summary>The session will have no more messages.</summary>
    public void End(long session) => _ended.Add(session);

    /// <summary>Brings what is left of the group into the file.</summary>
    public void EndGroup() => _pages.EndGroup();

    /// <summary>The group is committed.</summary>
    public void Keep()
    {
        _pages.Keep();
        foreach (var (session, seq, place) in _appended)
            Add(session, seq, place);
        foreach (var (session, seq) in _acknowledged)
        {
            while (Find(session) is { } messages && messages.TryAcknowledge(seq, out var place))
                _pages.Leave(place);
        }

        _ended.ForEach(session => _sessions.Remove(session));
        ForgetGroup();
    }

    /// <summary>The group was rolled back.</summary>
    public void Undo()
    {
        _pages.Undo();
        ForgetGroup();
    }

    /// <summary>The messages of a session after a seq, in order.</summary>
    public IReadOnlyList<SessionMessage> Read(long session, long afterSeq)
    {
        if (Find(session) is not { } messages)
            return [];
        var read = new List<SessionMessage>();
        long seq = messages.Acknowledged;
        byte[] row = [];
        long number = 0;
        foreach (var place in messages.Places)
        {
            if (++seq <= afterSeq)
                continue;
            if (place.Page != number)
                row = _pages.ReadRow(number = place.Page);
            read.Add(new SessionMessage(seq, row.AsMemory(place.Offset, place.Length)));
        }

        return read;
    }

    private void ForgetGroup()
    {
        _appended.Clear();
        _acknowledged.Clear();
        _ended.Clear();
    }

    private void Add(long session, long seq, PagePlace place)
    {
        ref var messages = ref CollectionsMarshal.GetValueRefOrAddDefault(_sessions, session, out _);
        (messages ??= new SqliteMessages()).Add(seq, place);
        _pages.Enter(place);
    }

    private (long Session, long Seq, PagePlace Place) ParseAt(long number, byte[] bytes, int offset)
    {
        try
        {
            var item = bytes.AsSpan(offset);
            int length = BinaryPrimitives.ReadInt32LittleEndian(item[(2 * sizeof(long))..]);
            _ = item.Slice(HeaderBytes, length);
            return (BinaryPrimitives.ReadInt64LittleEndian(item), BinaryPrimitives.ReadInt64LittleEndian(item[sizeof(long)..]), new PagePlace(number, offset + HeaderBytes, length));
        }
        catch (ArgumentOutOfRangeException)
        {
            throw _pages.Damaged();
        }
    }
}
