using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Patchbay.Server.Guard.Audit;

/// <summary>The audit log of a process: a bounded queue, and one writer behind it. Calls go on whatever becomes of the disk.</summary>
/// <remarks>
/// When the queue is full, or the disk refuses, records are lost; how many and why is the first thing written when writing works again (event <c>gap</c>),
/// so the loss itself stands in the chain. Dispose writes what still waits.
/// </remarks>
internal sealed partial class AuditLog : IAuditLog, IAsyncDisposable
{
    private const int RecordsPerBlock = 256;

    // Taking the lock and moving the head costs more than the lines of a block; so a block waits for company, and a killed process loses no more than this.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMinutes(1);

    private readonly AuditChain _chain;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditLog> _logger;
    private readonly Action<string>? _trouble;
    private readonly Channel<Item> _queue;
    private readonly Signal _hurry = new();
    private readonly Task _writing;
    private long _overflowed;
    private long _reportedAt;
    private long _refused;
    private bool _failing;

    /// <summary>Starts the writer.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="options">Sizes, checked at the start.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets what goes wrong.</param>
    /// <param name="trouble">Told once for each loss that begins, in one sentence for a critical diagnostic; must not throw.</param>
    /// <param name="open">Opens the current file; replaced where a full disk is played.</param>
    public AuditLog(string directory, AuditOptions options, TimeProvider time, ILogger<AuditLog> logger, Action<string>? trouble = null, Func<string, Stream>? open = null)
    {
        _chain = new AuditChain(directory, options, time, open);
        _time = time;
        _logger = logger;
        _trouble = trouble;
        _queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(options.QueueRecords) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Records that wait to be written.</summary>
    public int Pending => _queue.Reader.Count;

    /// <summary>Records that were lost and whose loss is not written down yet; 0 when writing works.</summary>
    public long Losing => Interlocked.Read(ref _overflowed) + Interlocked.Read(ref _refused);

    /// <inheritdoc />
    public void Write(in AuditRecord record)
    {
        if (_queue.Writer.TryWrite(new Item(record, null)))
            return;
        _hurry.Set();
        if (Interlocked.Increment(ref _overflowed) == 1)
            ReportOverflow();
    }

    /// <summary>Completes when all that was handed in before is written or counted as lost.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(new Item(null, written), cancellationToken).ConfigureAwait(false);
        _hurry.Set();
        await written.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _hurry.Set();
        await _writing.ConfigureAwait(false);
        _chain.Dispose();
    }

    private async Task WriteAllAsync()
    {
        var records = new List<AuditRecord>();
        var waiting = new List<TaskCompletionSource>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            if (_queue.Reader.Count < RecordsPerBlock)
                await Task.WhenAny(Task.Delay(Gather, _time), _hurry.Occurred).ConfigureAwait(false);
            _hurry.Reset();
            records.Clear();
            waiting.Clear();
            while (records.Count < RecordsPerBlock && _queue.Reader.TryRead(out var item))
            {
                if (item.Record is { } record)
                    records.Add(record);
                if (item.Written is { } written)
                    waiting.Add(written);
            }

            await WriteBlockAsync(records).ConfigureAwait(false);
            waiting.ForEach(written => written.TrySetResult());
        }

        // What was lost after the last block.
        await WriteBlockAsync([]).ConfigureAwait(false);
    }

    private async Task WriteBlockAsync(List<AuditRecord> records)
    {
        long overflowed = Interlocked.Exchange(ref _overflowed, 0);
        long refused = _refused;
        if (records.Count == 0 && overflowed + refused == 0)
            return;
        var block = overflowed + refused == 0 ? records : [.. Gap(refused, "write_failed"), .. Gap(overflowed, "queue_full"), .. records];
        try
        {
            await _chain.AppendAsync(block, CancellationToken.None).ConfigureAwait(false);
            if (refused + overflowed > 0)
                LogWritten(_logger, refused + overflowed);
            _refused = 0;
            _failing = false;
        }
        catch (Exception fault)
        {
            // Whatever it is, the writer must live on: a full disk today, a value tomorrow that cannot be written as JSON.
            _refused = refused + records.Count;
            Interlocked.Add(ref _overflowed, overflowed);
            if (!_failing)
            {
                LogWriteFailed(_logger, fault);
                Report("the audit log cannot be written");
            }

            _failing = true;
        }
    }

    private IEnumerable<AuditRecord> Gap(long lost, string reason) =>
        lost == 0 ? [] : [new AuditRecord(_time.GetUtcNow(), "gap", Outcome: reason, Details: new JsonObject { ["lost"] = lost })];

    // A flood that fills the queue again and again is told of once a minute; every gap stands in the chain.
    private void ReportOverflow()
    {
        long now = _time.GetTimestamp();
        long before = Interlocked.Read(ref _reportedAt);
        if ((before == 0 || _time.GetElapsedTime(before, now) >= ReportEvery) && Interlocked.CompareExchange(ref _reportedAt, Math.Max(1, now), before) == before)
            Report("the audit queue is full");
    }

    private void Report(string what)
    {
        LogLosing(_logger, what);
        _trouble?.Invoke($"Records of the audit log are being lost: {what}. Calls go on.");
    }

    private readonly record struct Item(AuditRecord? Record, TaskCompletionSource? Written);
}
