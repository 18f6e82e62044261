using Patchbay.Store;
using Patchbay.Store.Memory;
using Patchbay.Store.Writing;

namespace Patchbay.Testing.Simulation;

/// <summary>A write: what it does to a store, and when it was accepted.</summary>
internal sealed record SimWrite(TimeSpan At, Action<MemoryStore> Apply)
{
    /// <summary>The memory handed in, which must not change before it is stored.</summary>
    public ReadOnlyMemory<byte> Live { get; init; }

    /// <summary>What stood there then.</summary>
    public byte[] Copy { get; init; } = [];

    /// <summary>The session and number of a message, for the check that nothing leaves before it is stored.</summary>
    public (string SessionId, long Seq)? Message { get; init; }
}

/// <summary>
/// A disk that outlives the server: groups of writes are accepted, committed (they survive the process) and synced (they survive power loss). A crash
/// takes what is not that far, whole groups at a time.
/// </summary>
internal sealed class SimDisk(World world)
{
    private readonly List<List<SimWrite>> _committed = [];
    private readonly HashSet<(string, long)> _kept = [];
    private readonly List<Action> _reads = [];
    private List<SimWrite> _open = [];
    private CommitGroup _group = new(inline: true);
    private List<TaskCompletionSource> _room = [];
    private bool _wasFull;
    private int _synced;

    /// <summary>Rises when promised writes may be lost.</summary>
    public long Epoch { get; private set; } = 1;

    public bool HasWork => _open.Count > 0 || _reads.Count > 0;

    /// <summary>Whether a message is stored as far as the durability promises.</summary>
    public bool Keeps(string sessionId, long seq) => _kept.Contains((sessionId, seq));

    /// <summary>Whether so many writes wait that another one has to.</summary>
    public bool IsFull => _wasFull |= _open.Count >= world.Settings.QueuedWrites;

    /// <summary>Completes when there is room again; at once when it was not full since.</summary>
    public Task WaitForRoomAsync()
    {
        if (!_wasFull)
            return Task.CompletedTask;
        var room = new TaskCompletionSource();
        _room.Add(room);
        return room.Task;
    }

    /// <summary>Takes a write into the open group.</summary>
    public CommitTicket Accept(SimWrite write, bool begins = false)
    {
        if (world.Settings.Durability == Durability.Memory)
            return CommitTicket.Settled;
        _open.Add(write);
        return CommitTicket.In(_group, begins);
    }

    /// <summary>A ticket for everything accepted so far.</summary>
    public CommitTicket Barrier() => _open.Count == 0 ? CommitTicket.Settled : CommitTicket.In(_group, begins: false);

    /// <summary>Runs a read behind the writes before it.</summary>
    public Task<T> ReadAsync<T>(Func<T> read)
    {
        if (world.Settings.Durability == Durability.Memory)
            return Task.FromResult(read());
        var source = new TaskCompletionSource<T>();
        _reads.Add(() => source.SetResult(read()));
        return source.Task;
    }

    /// <summary>Commits the open group, tells those who wait, then answers the reads.</summary>
    public void Commit()
    {
        var group = _group;
        var isLie = world.Flaw == Flaw.CommitsTooEarly && world.Chance(10);
        if (!isLie)
            Store();
        else
            _open = [];
        _group = new CommitGroup(inline: true);
        group.Settle(StoreFault.None);
        Action[] reads = [.. _reads];
        _reads.Clear();
        foreach (var read in reads)
            read();
        _wasFull = _open.Count >= world.Settings.QueuedWrites;
        if (_wasFull)
            return;
        foreach (var room in _room)
            world.Later.Add(() => room.TrySetResult());
        _room = [];
    }

    /// <summary>What is committed is synced too; the system does that now and then.</summary>
    public void Sync() => _synced = _committed.Count;

    /// <summary>The process is gone. What was under way to the disk may have come there, whole or not at all.</summary>
    /// <returns>Whether promised writes may be lost.</returns>
    public bool Crash(bool isPowerLoss)
    {
        if (_open.Count > 0 && world.Chance(50))
            Store();
        _open = [];
        _wasFull = false;
        _room = [];
        _reads.Clear();
        _group = new CommitGroup(inline: true);
        if (world.Flaw == Flaw.ForgetsCommitted && _committed.Count > 0)
            _committed.RemoveAt(_committed.Count - 1);
        if (world.Settings.Durability == Durability.Memory)
            return true;
        if (!isPowerLoss || world.Settings.Durability == Durability.Strict)
            return false;
        _synced = Math.Min(_synced, _committed.Count);
        _committed.RemoveRange(_synced, _committed.Count - _synced);
        Epoch++;
        return true;
    }

    /// <summary>The store as a new process finds it, and how long servers have run so far.</summary>
    public (MemoryStore Store, ReplayTime Time) Open(TimeSpan upTo)
    {
        var time = new ReplayTime();
        var store = new MemoryStore(new StoreOptions(), time);
        foreach (var group in _committed)
        {
            foreach (var write in group)
            {
                time.Now = write.At;
                write.Apply(store);
            }
        }

        time.Now = upTo;
        return (store, time);
    }

    private void Store()
    {
        foreach (var write in _open)
        {
            if (!write.Live.Span.SequenceEqual(write.Copy))
                world.Fail("The memory of a message changed before it was stored");
            if (write.Message is { } message)
                _kept.Add(message);
        }

        if (_open.Count > 0)
            _committed.Add(_open);
        _open = [];
        if (world.Settings.Durability == Durability.Strict)
            Sync();
    }
}
