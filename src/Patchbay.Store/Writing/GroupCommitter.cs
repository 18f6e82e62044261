using Microsoft.Extensions.Logging;

namespace Patchbay.Store.Writing;

/// <summary>
/// A bounded queue of writes with one writing thread. While a commit is on its way to the disk the next group collects, so one disk sync serves as many
/// writes as came in the meantime, and a lone write waits for nobody.
/// </summary>
/// <typeparam name="TWrite">The kind of write.</typeparam>
public sealed partial class GroupCommitter<TWrite> : IAsyncDisposable
    where TWrite : struct, IGroupWrite
{
    // A failed disk is asked again this often; also how often the sink may do its own housekeeping.
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private const int MaxReads = 256;

    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IGroupSink<TWrite> _sink;
    private readonly int _maxWrites;
    private readonly long _maxBytes;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Stack<List<TWrite>> _spare = new();
    private readonly SemaphoreSlim _readSlots = new(MaxReads);

    // Groups that the disk refused, oldest first; only the writing thread touches it.
    private readonly LinkedList<PendingGroup<TWrite>> _held = new();
    private PendingGroup<TWrite> _open = new([]);
    private CommitGroup? _newest;
    private List<Action> _reads = [];
    private TaskCompletionSource? _room;
    private int _pendingWrites;
    private long _pendingBytes;
    private long _writes;
    private long _commits;
    private long _failedCommits;
    private StoreFault _fault;
    private int _ticked;
    private bool _stopping;

    /// <summary>Starts the writing thread.</summary>
    /// <param name="sink">Where the groups go.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="maxWrites">The most writes that wait.</param>
    /// <param name="maxBytes">The most bytes that wait.</param>
    /// <param name="time">The clock of the retries.</param>
    /// <param name="logger">Where faults are told.</param>
    public GroupCommitter(IGroupSink<TWrite> sink, string name, int maxWrites, long maxBytes, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(time);
        _sink = sink;
        _maxWrites = maxWrites;
        _maxBytes = maxBytes;
        _logger = logger;
        _timer = time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);

        // A thread of its own: a disk sync of many milliseconds must not hold a thread of the pool.
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>What is wrong now.</summary>
    public StoreFault Fault
    {
        get
        {
            lock (_lock)
                return _fault;
        }
    }

    /// <summary>Takes a write, or answers at once why not. Never waits.</summary>
    public CommitTicket Write(in TWrite write)
    {
        CommitTicket ticket;
        lock (_lock)
        {
            if (_stopping)
                return CommitTicket.Refused(StoreFault.Closed);
            if (_fault != StoreFault.None && (write.Begins || _fault == StoreFault.Damaged))
                return CommitTicket.Refused(_fault);
            if (write.CanWait && (_pendingWrites >= _maxWrites || (_pendingBytes + write.Bytes > _maxBytes && _pendingWrites > 0)))
            {
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return CommitTicket.Refused(StoreFault.Full);
            }

            _open.Add(write);
            _pendingWrites++;
            _pendingBytes += write.Bytes;
            ticket = CommitTicket.In(_open.Group, write.Begins);
            if (_open.Writes.Count > 1)
                return ticket;
        }

        _wake.Set();
        return ticket;
    }

    /// <summary>A ticket for everything accepted so far.</summary>
    public CommitTicket Barrier()
    {
        lock (_lock)
        {
            var group = _open.Writes.Count > 0 ? _open.Group : _newest;
            return group is null ? CommitTicket.Settled : CommitTicket.In(group, begins: false);
        }
    }

    /// <summary>Runs a read on the writing thread, after everything accepted before it. At most 256 wait there; one more waits for its turn.</summary>
    /// <exception cref="StoreException">The store is closed.</exception>
    public async Task<TResult> ReadAsync<TResult>(Func<TResult> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        await _readSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Not given up once it is queued: its slot is free when it has run, and it runs with the next group.
            return await EnqueueRead(read).ConfigureAwait(false);
        }
        finally
        {
            _readSlots.Release();
        }
    }

    /// <summary>Waits until the queue is at most half full; returns at once when it was not full since.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _room is null ? ValueTask.CompletedTask : new(_room.Task.WaitAsync(cancellationToken));
    }

    /// <summary>Takes no more, commits what was accepted, tries once more what the disk refused, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _stopping = true;
        await _timer.DisposeAsync().ConfigureAwait(false);
        _wake.Set();
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>The figures of the queue.</summary>
    internal StoreFigures Figures()
    {
        lock (_lock)
            return new StoreFigures(_writes, _commits, _failedCommits, _pendingWrites, _pendingBytes, 0, 0, _fault);
    }

    private Task<TResult> EnqueueRead<TResult>(Func<TResult> read)
    {
        var source = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_stopping)
                throw new StoreException("The store is closed.");
            _reads.Add(() => Answer(source, read));
        }

        _wake.Set();
        return source.Task;
    }

    private static void Answer<TResult>(TaskCompletionSource<TResult> source, Func<TResult> read)
    {
        try
        {
            source.SetResult(read());
        }
#pragma warning disable CA1031 // Whatever a read throws belongs to the one who asked, not to the writing thread.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            source.SetException(fault);
        }
    }

    private void Tick()
    {
        Volatile.Write(ref _ticked, 1);
        _wake.Set();
    }
}
