namespace Patchbay.Store.Sqlite;

/// <summary>Where the messages of a session stand that are not acknowledged: one behind the other, without a gap.</summary>
internal sealed class SqliteMessages
{
    private readonly Queue<PagePlace> _places = new();

    /// <summary>Every message up to this one is acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The seq of the last one.</summary>
    public long LastSeq => Acknowledged + _places.Count;

    public int Count => _places.Count;

    /// <summary>Their bytes in the file.</summary>
    public long Bytes { get; private set; }

    /// <summary>In the order of their seq.</summary>
    public IEnumerable<PagePlace> Places => _places;

    /// <summary>Takes the next one in; a first one says where the session stands.</summary>
    public void Add(long seq, PagePlace place)
    {
        if (Count == 0)
            Acknowledged = seq - 1;
        _places.Enqueue(place);
        Bytes += place.Length;
    }

    /// <summary>Gives the first one that is acknowledged by a seq; false when there is none left.</summary>
    public bool TryAcknowledge(long seq, out PagePlace place)
    {
        place = default;
        if (Acknowledged >= seq || !_places.TryDequeue(out place))
            return false;
        Acknowledged++;
        Bytes -= place.Length;
        return true;
    }
}
