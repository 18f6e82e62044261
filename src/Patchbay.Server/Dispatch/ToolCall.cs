using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;
using Patchbay.Server.Guard.Audit;
using Patchbay.Server.Sessions;
using Patchbay.Server.Streaming;
using Patchbay.Server.Telemetry;
using Patchbay.Tools;
using Patchbay.Transport;

namespace Patchbay.Server.Dispatch;

/// <summary>
/// One execution of a tool, from its start to its answer, for one or more requests. What ends it first (result, time-out, the last request cancelled)
/// answers it; what comes later is dropped. It is also the call as its tool sees it.
/// </summary>
internal sealed class ToolCall : ToolContext, IThreadPoolWorkItem, IExecutionCosts
{
    private readonly Engine _engine;
    private readonly CatalogEntry _entry;
    private readonly Waiter _first;
    private readonly TimeSpan _timeout;
    private readonly CallStream? _stream;
    private readonly int _argumentsLength;
    private readonly long? _number;
    private byte[] _arguments;
    private CancellationTokenSource? _cancel;
    private Deadline? _deadline;
    private List<Waiter>? _others;
    private string? _progressSlot;
    private Activity? _span;
    private long _startedAt;
    private TimeSpan _ranFor;
    private bool _isEnded;

    /// <param name="engine">The engine.</param>
    /// <param name="entry">The tool.</param>
    /// <param name="first">The request that started it; progress and chunks go to its session.</param>
    /// <param name="arguments">Copied: the text they stand in is reused.</param>
    /// <param name="stream">Whether chunks are wanted.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="number">The number of its execute-once record, or null when it has none.</param>
    public ToolCall(Engine engine, CatalogEntry entry, Waiter first, ReadOnlySpan<byte> arguments, bool stream, TimeSpan timeout, long? number = null)
    {
        _engine = engine;
        _entry = entry;
        _first = first;
        _timeout = timeout;
        _number = number;
        _stream = stream && entry.Definition.CanStream ? new CallStream(this) : null;
        _arguments = ArrayPool<byte>.Shared.Rent(arguments.Length);
        _argumentsLength = arguments.Length;
        arguments.CopyTo(_arguments);
        first.Call = this;
    }

    public override string RequestId => _first.RequestId;

    public override IToolSession Session => _first.Session;

    public override string? TraceParent => _first.Context?.TraceParent;

    public override ToolStream? Stream => _stream;

    /// <summary>The name of the tool.</summary>
    public string ToolName => _entry.Definition.Name;

    /// <summary>The session that pays for it and gets its progress and chunks.</summary>
    internal Session Owner => _first.Session;

    /// <summary>Starts the tool: here when it promises not to block, else on the thread pool.</summary>
    public void Start()
    {
        if (_entry.Definition.RunsInline)
        {
            _ = RunAsync(CancellationToken.None);
            return;
        }

        _cancel = new CancellationTokenSource();
        _deadline = new Deadline(() => Stop(new ProtocolError(ErrorCodes.ToolTimeout, $"{ToolName} did not end within {_timeout.TotalMilliseconds:0} ms.")));
        _engine.Deadlines.Add(_deadline, _timeout);
        if (_engine.Later is { } later)
            later(((IThreadPoolWorkItem)this).Execute);
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    void IExecutionCosts.Add(ExecutionCost? cost) => Owner.Counter.CountExecution(ToolName, _ranFor, cost);

    void IThreadPoolWorkItem.Execute() => _ = RunAsync(_cancel!.Token);

    /// <summary>One more request waits for the answer; false when the execution has just ended.</summary>
    public bool TryAttach(Waiter waiter)
    {
        lock (_first)
        {
            if (_isEnded)
                return false;
            (_others ??= []).Add(waiter);
            waiter.Call = this;
            return true;
        }
    }

    /// <summary>Ends the waiting of one request with <c>REQUEST_CANCELLED</c>; false when it was answered already.</summary>
    public bool Cancel(Waiter waiter)
    {
        // Under the lock, so that no chunk is queued behind the answer.
        lock (_first)
        {
            if (!waiter.TryAnswer())
                return false;
        }

        CallAnswers.SendError(_engine, waiter, _entry, Cancelled());
        Leave(waiter);
        return true;
    }

    /// <summary>A request waits no longer, its session is over; without any that does, the tool is stopped.</summary>
    public void Abandon(Waiter waiter)
    {
        if (waiter.TryAnswer())
            Leave(waiter);
    }

    private void Leave(Waiter waiter)
    {
        if (_number is { } number && waiter.Session.Resumable is not null)
            _engine.Store.Executions.Abandon(number, waiter.ToStored());
        bool isWanted;
        lock (_first)
            isWanted = IsWanted;
        if (!isWanted)
            CancelTool();
    }

    /// <summary>Stops the tool because the server stops; what it has done is not known.</summary>
    public void Interrupt() => Stop(Interrupted());

    /// <summary>What a call is answered with whose end nobody saw.</summary>
    public static ProtocolError Interrupted() => new(
        ErrorCodes.ExecutionInterrupted, "The server stopped before the call ended.", new JsonObject { ["outcome"] = "unknown" });

    private static ProtocolError Cancelled() => new(ErrorCodes.RequestCancelled, "The request was cancelled.");

    public override void ReportProgress(double progress, double? total = null, string? message = null)
    {
        var outbox = Owner.Outbox;
        lock (_first)
        {
            if (_isEnded || !_first.IsOpen)
                return;
            _progressSlot ??= "progress " + RequestId;
            outbox.QueueLatest(_progressSlot, outbox.WriteEvent("tool.progress", ToolName, new Progress(RequestId, progress, total, message), Progress.Write));
        }

        outbox.Flush();
    }

    /// <summary>Sends something that belongs before the answer; completes when there was room for it.</summary>
    /// <exception cref="OperationCanceledException">The call has been answered.</exception>
    internal async ValueTask SendBeforeAnswerAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        while (TryQueueBeforeAnswer(message) is var queued)
        {
            if (queued == true)
            {
                Owner.Outbox.Flush();
                return;
            }

            if (queued is null || cancellationToken.IsCancellationRequested)
            {
                message.Release();
                throw new OperationCanceledException(cancellationToken);
            }

            await Owner.Outbox.WaitForRoomAsync(message.Length, _cancel?.Token ?? CancellationToken.None).ConfigureAwait(false);
        }
    }

    // True when it was queued, false when there is no room, null when the call has been answered.
    private bool? TryQueueBeforeAnswer(OutboundMessage message)
    {
        lock (_first)
            return _isEnded || !_first.IsOpen ? null : Owner.Outbox.TryQueue(message);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        _startedAt = _engine.Time.GetTimestamp();
        using var span = _span = CallSpan.Start(_engine, _first, ToolName);
        var meter = _entry.Pace.Begin(_engine.Time, _startedAt);
        ToolResult result;
        try
        {
            result = MayBegin()
                ? await _entry.Tool.InvokeAsync(_arguments.AsMemory(0, _argumentsLength), this, cancellationToken).ConfigureAwait(false)
                : ToolResult.Fail(Cancelled());
        }
        catch (Exception fault)
        {
            result = ToolResult.Fail(_engine.Faults.ToError(fault, ToolName, cancellationToken.IsCancellationRequested));
        }

        _ranFor = _engine.Time.GetElapsedTime(_startedAt);
        _entry.Pace.End(meter, this);
        try
        {
            if (TryEnd())
                await AnswerAsync(result).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The session ended while the answer waited for room.
        }
        finally
        {
            if (_deadline is not null)
                _engine.Deadlines.Remove(_deadline);
            Owner.Calls.FreePlace();
            if (_number is { } number)
                _engine.Executions.Remove(number);
            Discard();
        }
    }

    /// <summary>Answers everyone who waits with an error: the call was not run after all.</summary>
    public void Refuse(ProtocolError error)
    {
        if (!TryEnd())
            return;
        foreach (var waiter in (Waiter[])[_first, .. Others()])
            CallAnswers.Fail(_engine, waiter, _entry, error);
        Discard();
    }

    private void Discard()
    {
        lock (_first)
        {
            ArrayPool<byte>.Shared.Return(_arguments);
            _arguments = [];
        }
    }

    private void WriteAudit(ErrorCode? error, in ExecutionTime execution)
    {
        if (!_engine.AuditsCalls)
            return;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        // A call that timed out is answered while its tool may be returning, which gives the arguments back.
        lock (_first)
            SHA256.HashData(_arguments.AsSpan(0, Math.Min(_argumentsLength, _arguments.Length)), digest);
        _engine.Audit.Write(AuditRecord.ToolCall(
            _engine.Time.GetUtcNow(), Owner.KeyId, Owner.ClientId, ToolName, error?.Name ?? "ok", execution.Since(_engine.Time, _first.ReceivedAt).TotalMilliseconds, digest));
    }

    // Ends it with an error before the tool does, and stops the tool.
    private void Stop(ProtocolError error)
    {
        if (!TryEnd())
            return;
        _ = AnswerAsync(ToolResult.Fail(error)).AsTask().ContinueWith(static answered => _ = answered.Exception, TaskScheduler.Default);
        CancelTool();
    }

    private bool TryEnd()
    {
        lock (_first)
        {
            if (_isEnded)
                return false;
            _isEnded = true;
        }

        if (_progressSlot is not null)
            Owner.Outbox.Forget(_progressSlot);
        return true;
    }

    private ValueTask AnswerAsync(ToolResult result)
    {
        var execution = new ExecutionTime(_startedAt, _engine.Time.GetTimestamp());
        ValueTask sending;
        try
        {
            sending = Send(result, execution);
        }
        catch (Exception fault)
        {
            // A result that cannot be written.
            result = ToolResult.Fail(_engine.Faults.ToError(fault, ToolName, cancelled: false));
            sending = Send(result, execution);
        }

        WriteAudit(result.Error?.Code, execution);
        CallSpan.Answered(_span, result.Error?.Code);
        return sending;
    }

    private ValueTask Send(ToolResult result, in ExecutionTime execution) => _number is { } number
        ? _engine.Executions.AnswerAsync(number, _first, Others(), result, _stream?.Count, execution, _entry)
        : CallAnswers.SendAsync(_engine, _first, _entry, result, _stream?.Count, execution);

    // It may have been cancelled, or its time may be over, while it was being recorded or waited for a thread.
    private bool MayBegin()
    {
        lock (_first)
            return !_isEnded && IsWanted;
    }

    private bool IsWanted => _first.IsOpen || _others?.Exists(static other => other.IsOpen) == true;

    private Waiter[] Others()
    {
        lock (_first)
            return _others is null ? [] : [.. _others];
    }

    // Callbacks of the tool run on the pool: a blocking one must not hold the timer or the receive loop.
    private void CancelTool()
    {
        if (_cancel is not { IsCancellationRequested: false } cancel)
            return;
        if (_engine.Later is { } later)
            later(cancel.Cancel);
        else
            _ = cancel.CancelAsync();
    }
}
