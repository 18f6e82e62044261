namespace Patchbay.Store.Executions;

/// <summary>
/// The records of a file, by key and by number, within the bounds of count, bytes and time. It decides; the store that owns it writes. Its caller holds
/// <see cref="Gate"/> over a decision and the taking of its write, so that writes stand in the order of the decisions.
/// </summary>
internal sealed class ExecutionIndex(StoreOptions options)
{
    private readonly Dictionary<ExecutionKey, ExecutionEntry> _byKey = [];
    private readonly Dictionary<long, ExecutionEntry> _byNumber = [];

    // In the order they ended, which is the order they leave in. A running record is in no danger.
    private readonly Queue<ExecutionEntry> _ended = new();
    private readonly TimeSpan _life = TimeSpan.FromSeconds(options.ExecutionLifeSeconds);
    private long _bytes;
    private long _lastNumber;

    /// <summary>Held over a decision and its write.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Records held.</summary>
    public int Count => _byNumber.Count;

    /// <summary>Records dropped before their time.</summary>
    public long Evicted { get; private set; }

    /// <summary>The record of a key, when its time is not over.</summary>
    public ExecutionEntry? Find(in ExecutionKey key, StoreTime now) => _byKey.TryGetValue(key, out var entry) && !IsOver(entry, now) ? entry : null;

    /// <summary>A record by its number.</summary>
    public ExecutionEntry? Find(long number) => _byNumber.GetValueOrDefault(number);

    /// <summary>Whether a new record of so many bytes fits, when nothing may be dropped any more.</summary>
    public bool HasRoom(long bytes) => _byNumber.Count < options.MaxExecutions && (_bytes + bytes <= options.MaxExecutionBytes || _bytes == 0);

    /// <summary>The oldest ended record, when it is due: its time is over, or so many more bytes and records do not fit beside it.</summary>
    public ExecutionEntry? NextToDrop(StoreTime now, int moreRecords, long moreBytes)
    {
        if (!_ended.TryPeek(out var oldest))
            return null;
        bool full = _byNumber.Count + moreRecords > options.MaxExecutions || _bytes + moreBytes > options.MaxExecutionBytes;
        return full || IsOver(oldest, now) ? oldest : null;
    }

    /// <summary>Drops what <see cref="NextToDrop"/> gave.</summary>
    public void DropNext(StoreTime now)
    {
        var oldest = _ended.Dequeue();
        if (!IsOver(oldest, now))
            Evicted++;
        Remove(oldest);
    }

    /// <summary>Adds a new record.</summary>
    public ExecutionEntry Add(ExecutionStart start, StoreTime now)
    {
        var entry = new ExecutionEntry(start.Key, start.Digest, ++_lastNumber, now) { Bytes = start.Repeatable ? start.Params.Length : 0 };
        Add(entry);
        return entry;
    }

    /// <summary>Adds a record that was stored before; in the order they ended, the running ones at any place.</summary>
    public void Add(ExecutionEntry entry)
    {
        _byKey[entry.Key] = entry;
        _byNumber[entry.Number] = entry;
        _bytes += entry.Bytes;
        _lastNumber = Math.Max(_lastNumber, entry.Number);
        if (entry.EndedAt is not null)
            _ended.Enqueue(entry);
    }

    /// <summary>Marks a record as ended.</summary>
    public void End(ExecutionEntry entry, long answerBytes, StoreTime now)
    {
        _bytes += answerBytes - entry.Bytes;
        entry.Bytes = answerBytes;
        entry.EndedAt = now;
        _ended.Enqueue(entry);
    }

    /// <summary>Takes a running record out again.</summary>
    public void Remove(ExecutionEntry entry)
    {
        _byNumber.Remove(entry.Number);
        _bytes -= entry.Bytes;

        // A record whose time is over may have been replaced under its key already.
        if (_byKey.TryGetValue(entry.Key, out var current) && current == entry)
            _byKey.Remove(entry.Key);
    }

    private bool IsOver(ExecutionEntry entry, StoreTime now) => entry.EndedAt is { } ended && ended + _life <= now;
}
